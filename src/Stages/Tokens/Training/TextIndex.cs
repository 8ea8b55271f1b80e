using Emergence.Stages.Tokens.Files;

namespace Emergence.Stages.Tokens.Training;

/// <summary>Where every document of a training text lies; reads one at a time. For one thread at a time.</summary>
internal sealed class TextIndex : IDisposable
{
    private readonly List<IndexedFile> _files = [];
    private readonly List<int> _first = [];
    private readonly TrainingLine _line = new();
    private Scratch? _unpacked;
    private byte[] _buffer = [];

    /// <summary>Number of documents.</summary>
    public int Count { get; private set; }

    /// <summary>Where the texts of packed files lie.</summary>
    public Scratch Unpacked => _unpacked ??= new Scratch();

    /// <summary>Adds a file that has been looked through.</summary>
    public void Add(IndexedFile file)
    {
        if (file.Count > 0)
        {
            _files.Add(file);
            _first.Add(Count);
            Count = checked(Count + file.Count);
        }
    }

    /// <summary>Reads a document.</summary>
    /// <param name="document">The document, from 0.</param>
    /// <returns>Its text in UTF-8, good until the next call, and its name where its source gives one.</returns>
    /// <exception cref="Input.BadInputException">Its file has changed.</exception>
    public (ReadOnlyMemory<byte> Text, string? Id) Read(int document)
    {
        var at = _first.BinarySearch(document);
        at = at < 0 ? ~at - 1 : at;
        var file = _files[at];
        var start = file.Starts[document - _first[at]];
        var bytes = Buffer((int)(file.Starts[document - _first[at] + 1] - start));
        if (file.Unpacked)
        {
            Unpacked.Read(start, bytes.Span);
        }
        else
        {
            using var handle = file.Open();
            for (var filled = 0; filled < bytes.Length;)
            {
                var read = RandomAccess.Read(handle, bytes.Span[filled..], start + filled);
                filled += read > 0 ? read : throw file.Changed();
            }
        }

        if (!file.Json)
        {
            return (bytes, null);
        }

        // The line was sound when the file was looked through, so one that is not is another line.
        return _line.Read(bytes) is null ? (_line.Text, _line.Id) : throw file.Changed();
    }

    public void Dispose() => _unpacked?.Dispose();

    private Memory<byte> Buffer(int length)
    {
        if (_buffer.Length < length)
        {
            _buffer = new byte[Math.Max(length, Math.Min(Array.MaxLength, 2L * _buffer.Length))];
        }

        return _buffer.AsMemory(0, length);
    }
}
