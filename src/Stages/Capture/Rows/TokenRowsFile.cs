using System.Buffers.Binary;
using Emergence.Stages.Activations;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens;
using Emergence.Stages.Tokens.Files;
using Emergence.Stages.Tokens.Training;

namespace Emergence.Stages.Capture.Rows;

/// <summary>
/// Reads token ids: a NumPy array <c>[T]</c> or <c>[rows, T]</c>, a file of nothing but ids, JSON, JSON lines, or a text and the
/// tokenizer that makes ids of it. What a file is, its first bytes say, but for the file of nothing but ids.
/// </summary>
public static class TokenRowsFile
{
    private const string NotTokens = "Name a .npy array of whole numbers, a JSON list of ids or of lists, JSON lines, or a .bin file with --token-type";

    /// <summary>Reads a file of ids.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bare">Its element type when it has nothing but ids in it; null for the other formats.</param>
    /// <exception cref="BadInputException">It cannot be read, is none of these, or has an empty row or an id that is no id.</exception>
    public static TokenRows Read(string path, TokenType? bare)
    {
        try
        {
            using var file = TextFile.OpenBytes(path);
            if (file.Length == 0)
            {
                throw new BadInputException(path, "", "it is empty", NotTokens);
            }

            if (file.Length > Array.MaxLength)
            {
                throw new BadInputException(path, "", $"it has {file.Length} bytes; at most {Array.MaxLength} are read", "Give fewer tokens");
            }

            if (bare is { } type)
            {
                return OneRow(path, Widened(path, Bytes(path, file, file.Length), type == TokenType.UInt16 ? 2 : 4, signed: false));
            }

            Span<byte> first = stackalloc byte[6];
            var read = file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
            file.Position = 0;
            return first[..read].SequenceEqual(NpyHeader.Magic) ? OfNpy(path, file) : Whole(path, JsonTokenRows.Read(path, Bytes(path, file, file.Length), NotTokens));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(path, "", $"it cannot be read: {e.Message.TrimEnd('.')}", NotTokens, e);
        }
    }

    /// <summary>Tokenizes a text as one row, without special tokens around it.</summary>
    /// <param name="path">The text, UTF-8.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <exception cref="BadInputException">It cannot be read, is no UTF-8, or gives no token.</exception>
    public static TokenRows ReadText(string path, ITokenizer tokenizer)
    {
        const string remedy = "Name a text in UTF-8";
        try
        {
            var text = new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path));
            var spans = new TokenSpans();
            tokenizer.Encode(text, spans);
            return spans.Count > 0 ? OneRow(path, spans.Ids.ToArray()) : throw new BadInputException(path, "", "it has no token", remedy);
        }
        catch (System.Text.DecoderFallbackException e)
        {
            throw new BadInputException(path, $"offset {e.Index}", "it is not valid UTF-8", remedy, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(path, "", $"it cannot be read: {e.Message.TrimEnd('.')}", remedy, e);
        }
    }

    private static TokenRows OfNpy(string path, FileStream file)
    {
        var header = NpyHeader.Read(path, file, descr => ElementBytes(path, descr));
        if (header.Shape.Count is not (1 or 2) || header.Count == 0 || header.Shape[^1] > Array.MaxLength)
        {
            throw new BadInputException(path, "shape", $"({string.Join(", ", header.Shape)}) is neither a sequence nor rows of tokens", NotTokens);
        }

        file.Position = header.DataStart;
        var bytes = Bytes(path, file, file.Length - header.DataStart);
        var ids = Widened(path, bytes, ElementBytes(path, header.Descr), signed: header.Descr[1] == 'i');
        if (header.Shape.Count == 1)
        {
            return OneRow(path, ids);
        }

        var length = (int)header.Shape[1];
        return new TokenRows(path, [.. Enumerable.Range(0, ids.Length / length).Select(r => (ReadOnlyMemory<int>)ids.AsMemory(r * length, length))], IsTable: true);
    }

    private static int ElementBytes(string path, string descr) => descr switch
    {
        "<u2" => 2,
        "<u4" or "<i4" => 4,
        "<i8" => 8,
        _ => throw new BadInputException(path, "descr", $"elements of type {descr} are no token ids that are read here", "Save the ids as int32, int64, uint16 or uint32, little-endian"),
    };

    private static byte[] Bytes(string path, FileStream file, long count)
    {
        var bytes = new byte[count];
        return file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length
            ? bytes
            : throw new BadInputException(path, "", "the file became shorter while it was read", "Wait until it is written completely, or copy it again");
    }

    private static int[] Widened(string path, byte[] bytes, int size, bool signed)
    {
        if (bytes.Length % size != 0)
        {
            throw new BadInputException(path, "", $"its {bytes.Length} bytes are no whole number of ids of {size} bytes", "Check --token-type, or copy the file again");
        }

        var ids = new int[bytes.Length / size];
        for (var i = 0; i < ids.Length; i++)
        {
            var at = bytes.AsSpan(i * size, size);
            var id = (size, signed) switch
            {
                (2, _) => BinaryPrimitives.ReadUInt16LittleEndian(at),
                (4, true) => BinaryPrimitives.ReadInt32LittleEndian(at),
                (4, false) => BinaryPrimitives.ReadUInt32LittleEndian(at),
                _ => BinaryPrimitives.ReadInt64LittleEndian(at),
            };
            ids[i] = id is >= 0 and <= int.MaxValue
                ? (int)id
                : throw new BadInputException(path, $"token {i}", $"{id} is no token id", "Check how the ids are stored; for a file of nothing but ids, check --token-type");
        }

        return ids;
    }

    private static TokenRows OneRow(string path, int[] ids) => new(path, [ids], IsTable: false);

    private static TokenRows Whole(string path, IReadOnlyList<int[]> rows) =>
        new(path, [.. rows.Select(r => (ReadOnlyMemory<int>)r)], IsTable: rows.Count > 1 && rows.All(r => r.Length == rows[0].Length));
}
