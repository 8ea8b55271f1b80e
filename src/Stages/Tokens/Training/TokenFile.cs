using System.Security.Cryptography;
using System.Text;
using Emergence.Stages.Activations;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens.Files;

namespace Emergence.Stages.Tokens.Training;

/// <summary>
/// A file of token ids, read where it lies: raw ones (<c>.bin</c>) or as NumPy saves them (<c>.npy</c>). An array <c>[documents, T]</c>
/// has its rows for documents; ids in one line are taken in pieces of equal length.
/// </summary>
internal sealed class TokenFile : ITrainingDocuments
{
    private const string NpyRemedy = "Save the token ids as uint16, uint32, int32 or int64, little-endian, shape [N] or [documents, T]";

    private readonly string _path;
    private readonly InputFile _file;
    private readonly TokenElement _element;
    private readonly long _dataStart;
    private readonly long _tokens;
    private readonly int _document;
    private readonly int _vocabulary;

    private TokenFile(string path, TokenElement element, long dataStart, long tokens, long document, int vocabulary)
    {
        (_path, _element, _dataStart, _tokens, _document, _vocabulary) = (path, element, dataStart, tokens, (int)document, vocabulary);
        Count = (int)((tokens + document - 1) / document);
        _file = InputFile.Open(path);
    }

    public int Count { get; }

    /// <summary>Opens a file without a header.</summary>
    /// <exception cref="BadInputException">It is not there, or not whole.</exception>
    public static TokenFile OpenBin(string path, TokenType type, int vocabulary)
    {
        using var file = TextFile.OpenBytes(path);
        var element = type == TokenType.UInt16 ? TokenElement.UInt16 : TokenElement.UInt32;
        if (file.Length == 0 || file.Length % element.Bytes != 0)
        {
            throw new BadInputException(path, "", $"it has {file.Length} bytes, which is no whole number of {element.Name} token ids", "Copy it again, or say how its ids are stored with --token-type");
        }

        var tokens = file.Length / element.Bytes;
        return new TokenFile(path, element, 0, tokens, PieceFor(tokens), vocabulary);
    }

    /// <summary>Opens an array of NumPy's.</summary>
    /// <exception cref="BadInputException">It is not there, not whole, or not an array of token ids.</exception>
    public static TokenFile OpenNpy(string path, int vocabulary)
    {
        using var file = TextFile.OpenBytes(path);
        file.Position = 0;
        var header = NpyHeader.Read(path, file, descr => ElementOf(path, descr).Bytes);
        var element = ElementOf(path, header.Descr);
        var shape = $"shape ({string.Join(", ", header.Shape)})";
        if (header.Shape.Count is not (1 or 2) || header.Shape.Contains(0))
        {
            throw new BadInputException(path, "shape", $"{shape} is not that of token ids", NpyRemedy);
        }

        var document = header.Shape.Count == 1 ? PieceFor(header.Count) : header.Shape[1];
        return document <= int.MaxValue && header.Count / document <= TextLimits.Documents
            ? new TokenFile(path, element, header.DataStart, header.Count, document, vocabulary)
            : throw new BadInputException(path, "shape", $"{shape} has more than {TextLimits.Documents} documents, or longer ones than can be read", "Save the ids in one line, shape [N]");
    }

    /// <summary>Looks at every token.</summary>
    /// <param name="hash">Takes the content.</param>
    /// <param name="problem">Takes the place and what is wrong of every id that the model has not.</param>
    /// <exception cref="BadInputException">The file became shorter.</exception>
    public void Check(IncrementalHash hash, Action<string, string> problem)
    {
        hash.AppendData(Encoding.UTF8.GetBytes($"tokens {_element.Name} {_tokens} {_document}\n"));
        var bytes = new byte[1 << 16];
        var values = new long[bytes.Length / _element.Bytes];
        for (long at = 0; at < _tokens; at += values.Length)
        {
            var count = (int)Math.Min(values.Length, _tokens - at);
            Read(at, bytes.AsSpan(0, count * _element.Bytes), values.AsSpan(0, count));
            hash.AppendData(bytes, 0, count * _element.Bytes);
            for (var i = 0; i < count; i++)
            {
                if ((ulong)values[i] >= (ulong)_vocabulary)
                {
                    problem($"token {at + i}", Outside(values[i]));
                }
            }
        }
    }

    public int LengthOf(int document) => (int)Math.Min(_document, _tokens - ((long)document * _document));

    public void Copy(int document, int start, Span<long> into)
    {
        const int piece = 1024;
        Span<byte> bytes = stackalloc byte[piece * sizeof(long)];
        var at = ((long)document * _document) + start;
        for (var done = 0; done < into.Length; done += piece)
        {
            var values = into.Slice(done, Math.Min(piece, into.Length - done));
            Read(at + done, bytes[..(values.Length * _element.Bytes)], values);
            foreach (var value in values)
            {
                if ((ulong)value >= (ulong)_vocabulary)
                {
                    throw new BadInputException(_path, $"token {at + done + values.IndexOf(value)}", $"{Outside(value)}, which it was at the start", "Leave the text as it is while a run uses it");
                }
            }
        }
    }

    public void Dispose() => _file.Dispose();

    // Few enough that their order is a small array, whatever the file's size.
    private static long PieceFor(long tokens)
    {
        long piece = TextLimits.PieceTokens;
        while (tokens / piece >= TextLimits.Pieces)
        {
            piece *= 2;
        }

        return piece;
    }

    private static TokenElement ElementOf(string path, string descr) => TokenElement.OfNpy(descr)
        ?? throw new BadInputException(path, "descr", descr.StartsWith('>') ? $"'{descr}': its numbers are big-endian" : $"'{descr}' is no type of token ids", NpyRemedy);

    private string Outside(long value) => $"{value} is outside the model's vocabulary of {_vocabulary}";

    private void Read(long token, Span<byte> bytes, Span<long> values)
    {
        _file.Read(bytes, _dataStart + (token * _element.Bytes), $"token {token}");
        _element.Decode(bytes, values);
    }
}
