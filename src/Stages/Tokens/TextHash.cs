using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Emergence.Stages.Tokens;

/// <summary>
/// Names a tokenised text by its content, so that a run can be told from one over another text: SHA-256 over the facets,
/// the documents' names, token ids and labels, every part preceded by its length, integers little-endian.
/// </summary>
public static class TextHash
{
    /// <summary>Hashes a probe set.</summary>
    /// <param name="probe">The probe set.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Of(ProbeSet probe)
    {
        using var hash = Begin("probe");
        Append(hash, probe.Facets.Count);
        foreach (var facet in probe.Facets)
        {
            Append(hash, facet.Name);
            Append(hash, (int)facet.Kind);
            Append(hash, facet.Categories.Count);
            foreach (var category in facet.Categories)
            {
                Append(hash, category);
            }
        }

        Append(hash, probe.Documents.Count);
        foreach (var document in probe.Documents)
        {
            Append(hash, document.Id);
            Append(hash, document.Tokens);
            foreach (var labels in document.Labels)
            {
                // Labels go in as 32-bit integers too: their count is that of the tokens.
                Append(hash, Array.ConvertAll(labels, label => (int)label));
            }
        }

        return End(hash);
    }

    /// <summary>Hashes a training text.</summary>
    /// <param name="documents">The documents, in the order of their source.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Of(IReadOnlyList<TokenDocument> documents)
    {
        using var hash = Begin("training");
        Append(hash, documents.Count);
        foreach (var document in documents)
        {
            Append(hash, document.Id);
            Append(hash, document.Tokens);
        }

        return End(hash);
    }

    private static IncrementalHash Begin(string kind)
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, $"emergence text 1 {kind}");
        return hash;
    }

    private static string End(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());

    private static void Append(IncrementalHash hash, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Append(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, int[] values)
    {
        Append(hash, values.Length);
        if (BitConverter.IsLittleEndian)
        {
            hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
            return;
        }

        foreach (var value in values)
        {
            Append(hash, value);
        }
    }
}
