namespace Emergence.Stages.Tokens;

/// <summary>The documents of a probe set, which a training text must not have too: by their names and by their texts.</summary>
public sealed class MeasuredDocuments
{
    private readonly HashSet<string> _ids;
    private readonly HashSet<TextIdentity> _texts;
    private readonly HashSet<int> _lengths;

    /// <summary>Takes them from a probe set.</summary>
    /// <param name="probe">The probe set.</param>
    public MeasuredDocuments(ProbeSet probe)
    {
        _ids = probe.Documents.Where(d => d.Named).Select(d => d.Id).ToHashSet(StringComparer.Ordinal);
        _texts = probe.Documents.Where(d => d.Text is { Bytes: > 0 }).Select(d => d.Text!.Value).ToHashSet();
        _lengths = _texts.Select(t => t.Bytes).ToHashSet();
    }

    /// <summary>Whether a document of that name is measured.</summary>
    /// <param name="id">The name.</param>
    public bool HasName(string id) => _ids.Contains(id);

    /// <summary>Whether a document of that text is measured.</summary>
    /// <param name="utf8">The text in UTF-8.</param>
    public bool HasText(ReadOnlySpan<byte> utf8) =>
        _lengths.Contains(TextIdentity.Trimmed(utf8).Length) && _texts.Contains(TextIdentity.Of(utf8));
}
