using System.Buffers.Binary;
using System.Security.Cryptography;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens.Files;

namespace Emergence.Stages.Tokens.Training;

/// <summary>
/// Looks through every byte of a training text's files once: checks them, hashes the documents and notes where each lies. Memory
/// grows with the longest line and the number of documents (8 bytes each), not with the text.
/// </summary>
/// <param name="hash">Takes the documents' texts, each after its length.</param>
/// <param name="problems">Takes what is wrong.</param>
/// <param name="measured">The documents that must not be there; null for none.</param>
internal sealed class TextIndexer(IncrementalHash hash, TrainingProblems problems, MeasuredDocuments? measured)
{
    private readonly Dictionary<UInt128, long> _names = [];
    private readonly TrainingLine _line = new();
    private byte[]? _plain;

    /// <summary>Looks through a file.</summary>
    /// <param name="index">Where its documents are noted.</param>
    /// <param name="path">The file.</param>
    /// <param name="name">What its name says.</param>
    /// <exception cref="BadInputException">It cannot be read, is damaged, or there is no room to unpack it.</exception>
    public void Add(TextIndex index, string path, TextName name)
    {
        using var stream = TextFile.Open(path, name.Packed);
        var (length, written) = stream is FileStream file ? (file.Length, File.GetLastWriteTimeUtc(file.SafeFileHandle)) : default;
        var json = name.Format == TextFormat.JsonLines;
        var unpacked = name.Packed ? index.Unpacked : null;
        var starts = json ? Lines(path, stream, unpacked) : Plain(path, stream, unpacked);
        if ((long)index.Count + starts.Count - 1 > TextLimits.Documents)
        {
            throw new BadInputException(path, "", $"the text has more than {TextLimits.Documents} documents", "Join short documents, or name fewer files");
        }

        index.Add(new IndexedFile(path, length, written, json && !name.Packed, name.Packed, [.. starts]));
    }

    private List<long> Plain(string path, Stream stream, Scratch? unpacked)
    {
        var starts = new List<long> { 0 };
        var number = 0;
        PlainText.Cut(stream, _plain ??= new byte[TextLimits.PlainDocument + 1], (start, text, badLine) =>
        {
            number++;
            if (badLine > 0)
            {
                problems.Add(path, $"line {badLine}", "the text is not valid UTF-8");
            }

            Document(path, number == 1 ? "line 1" : $"part {number}", text.Span);
            Note(starts, path, unpacked, start, start + text.Length, text.Span);
        });
        return starts;
    }

    private List<long> Lines(string path, Stream stream, Scratch? unpacked)
    {
        var starts = new List<long> { 0 };
        var lines = new LineReader(stream, TextLimits.JsonLine);
        _names.Clear();
        while (lines.Next())
        {
            var place = $"line {lines.Number}";
            if (_line.Read(lines.Line) is { } wrong)
            {
                foreach (var problem in wrong)
                {
                    problems.Add(path, place, problem);
                }
            }
            else
            {
                CheckName(path, place, lines.Number);
                Document(path, place, _line.Text.Span);
            }

            Note(starts, path, unpacked, lines.Start, lines.End, _line.Text.Span);
        }

        if (lines.TooLong)
        {
            problems.Add(path, $"line {lines.Number}", $"the line is longer than {TextLimits.JsonLine} bytes; reading ended there");
        }

        return starts;
    }

    private static void Note(List<long> starts, string path, Scratch? unpacked, long start, long end, ReadOnlySpan<byte> text)
    {
        if (unpacked is null)
        {
            starts[^1] = start;
            starts.Add(end);
            return;
        }

        if (!unpacked.HasRoom)
        {
            throw new BadInputException(path, "", $"there is no room to unpack it in {Scratch.Folder}", "Unpack it yourself (gunzip) and name the unpacked file, or set TMPDIR to a folder with room");
        }

        starts[^1] = unpacked.Append(text);
        starts.Add(unpacked.Length);
    }

    private void CheckName(string path, string place, long line)
    {
        if (_line.Id is not { } id)
        {
            return;
        }

        // Names of word documents are unlike any other in their file; people's corpora may repeat theirs.
        if (_line.HasWords && !_names.TryAdd(TextIdentity.Of(id).Hash, line))
        {
            problems.Add(path, place, $"the document '{id}' is on line {_names[TextIdentity.Of(id).Hash]} already");
        }

        if (measured?.HasName(id) == true)
        {
            problems.Add(path, place, $"the document '{id}' is also in the probe set, which the SAEs must not have seen");
        }
    }

    private void Document(string path, string place, ReadOnlySpan<byte> text)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        hash.AppendData(length);
        hash.AppendData(text);
        if (measured?.HasText(text) == true)
        {
            problems.Add(path, place, "a document of the same text is in the probe set, which the SAEs must not have seen");
        }
    }
}
