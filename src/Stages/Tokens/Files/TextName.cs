namespace Emergence.Stages.Tokens.Files;

/// <summary>What a file's name says of its content.</summary>
/// <param name="Format">How it is written; null when its ending is not known.</param>
/// <param name="Packed">Whether it is packed by gzip (<c>.gz</c>).</param>
/// <param name="Ending">The ending that says so, <c>.gz</c> left out; lower case.</param>
internal readonly record struct TextName(TextFormat? Format, bool Packed, string Ending)
{
    /// <summary>Looks at a name.</summary>
    /// <param name="path">The file.</param>
    public static TextName Of(string path)
    {
        var packed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        var ending = Path.GetExtension(packed ? path[..^3] : path).ToLowerInvariant();
        TextFormat? format = ending switch
        {
            ".txt" or ".text" or ".md" => TextFormat.Plain,
            ".jsonl" or ".ndjson" or ".json" => TextFormat.JsonLines,
            ".conllu" => TextFormat.ConllU,
            ".conll" or ".tsv" or ".iob" => TextFormat.Columns,
            ".bin" => TextFormat.TokenBin,
            ".npy" => TextFormat.TokenNpy,
            _ => null,
        };
        return new TextName(format, packed, ending);
    }
}
