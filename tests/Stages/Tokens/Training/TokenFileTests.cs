using System.Runtime.InteropServices;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens;
using Emergence.Stages.Tokens.Training;
using Emergence.TestKit.Activations;

namespace Emergence.Stages.Tests.Tokens.Training;

public sealed class TokenFileTests : IDisposable
{
    private readonly TextFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ids_of_every_type_are_read_where_they_lie()
    {
        int[] ids = [5, 258, 3, 40_000, 0];
        Check(ids, Bin(ids.Select(i => (ushort)i)), null, 50_000);
        Check(ids, Bin(ids.Select(i => (uint)i)), null, 70_000);
        Check(ids, Bin(ids.Select(i => (uint)i)), TokenType.UInt32, 50_000);
        Check(ids, Npy("<u2", ids.Select(i => (ushort)i)), null, 70_000);
        Check(ids, Npy("<u4", ids.Select(i => (uint)i)), null, 50_000);
        Check(ids, Npy("<i4", ids), null, 50_000);
        Check(ids, Npy("<i8", ids.Select(i => (long)i)), null, 50_000);
    }

    [Fact]
    public void Rows_of_an_array_are_documents_and_share_the_stream_with_text()
    {
        var rows = NpyFile.Write(_folder.Path("a.npy"), NpyFile.Bytes<ushort>("<u2", "(3, 2)", [1, 2, 3, 4, 5, 6]));
        var text = _folder.Write("b.jsonl", """{"text":"abc"}""", """{"text":"defghi"}""");
        using var corpus = TrainingCorpus.Open([rows, text, Bin<ushort>([7, 8, 9])], new PieceTokenizer(), 1000);
        Assert.Equal(6, corpus.Documents.Count);
        Assert.Equal([[1, 2], [3, 4], [5, 6]], TrainingCorpusTests.Documents(corpus)[..3]);
        Assert.Equal([1, 2], TrainingCorpusTests.Documents(corpus)[3..5].Select(d => d.Length));
        Assert.Equal([7, 8, 9], TrainingCorpusTests.Documents(corpus)[5]);
        using var stream = new TrainingStream(corpus.Documents, 3);
        Assert.Equal(12, stream.TokenCount);
        Assert.Equal(stream.Read(0, 1, 12).Tokens.Order(), stream.Read(12, 1, 12).Tokens.Order());
    }

    [Fact]
    public void A_long_line_of_ids_is_taken_in_pieces_that_are_the_file()
    {
        var ids = Enumerable.Range(0, 10_000).Select(i => (ushort)i).ToArray();
        using var corpus = TrainingCorpus.Open([Bin(ids)], new PieceTokenizer(), 65_536);
        Assert.Equal([4096, 4096, 1808], TrainingCorpusTests.Documents(corpus).Select(d => d.Length));
        Assert.Equal(ids.Select(i => (int)i), TrainingCorpusTests.Documents(corpus).SelectMany(d => d));
        var some = new long[7];
        corpus.Documents.Copy(1, 100, some);
        Assert.Equal([4196L, 4197, 4198, 4199, 4200, 4201, 4202], some);
    }

    [Fact]
    public void Every_id_outside_the_vocabulary_is_named_with_its_place()
    {
        var e = Assert.Throws<BadInputException>(() => Open(Npy("<i4", [1, -1, 10, 9, int.MaxValue]), null, 10));
        Assert.StartsWith("3 problems", e.Problem, StringComparison.Ordinal);
        Assert.Contains("token 1: -1 is outside the model's vocabulary of 10", e.Problem, StringComparison.Ordinal);
        Assert.Contains("token 2: 10 is outside", e.Problem, StringComparison.Ordinal);
        Assert.Contains("token 4: 2147483647 is outside", e.Problem, StringComparison.Ordinal);
        Assert.EndsWith("and 980 more", Assert.Throws<BadInputException>(() => Open(Bin(Enumerable.Repeat((ushort)10, 1000)), null, 10)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_cut_short_or_overwritten_while_it_is_used_is_an_error()
    {
        var path = Bin<ushort>([1, 2, 3, 4]);
        using var corpus = Open(path, null, 10);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Write([99]);
        }

        var values = new long[4];
        Assert.Equal("token 0", Assert.Throws<BadInputException>(() => corpus.Documents.Copy(0, 0, values)).Place);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(3);
        }

        Assert.Contains("shorter", Assert.Throws<BadInputException>(() => corpus.Documents.Copy(0, 0, values)).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(3, "3 bytes")]
    public void A_file_of_no_whole_number_of_ids_is_refused(int length, string problem)
    {
        var path = _folder.Path("odd.bin");
        File.WriteAllBytes(path, new byte[length]);
        Assert.Contains(problem, Assert.Throws<BadInputException>(() => Open(path, null, 10)).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<f4", "(4,)", "is no type of token ids")]
    [InlineData(">u4", "(4,)", "big-endian")]
    [InlineData("<u2", "(2, 2, 2)", "is not that of token ids")]
    [InlineData("<u2", "(0, 8)", "is not that of token ids")]
    [InlineData("<u2", "()", "is not that of token ids")]
    [InlineData("<u2", "(9,)", "needs 18 bytes, 16 follow")]
    public void Arrays_of_something_else_are_refused(string descr, string shape, string problem)
    {
        var length = shape switch { "(0, 8)" => 0, "()" => 2, _ => 16 };
        var path = NpyFile.Write(_folder.Path("a.npy"), NpyFile.Bytes<byte>(descr, shape, new byte[length]));
        Assert.Contains(problem, Assert.Throws<BadInputException>(() => Open(path, null, 10)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hash_names_ids_type_and_shape()
    {
        string[] paths =
        [
            Bin<ushort>([1, 2, 3, 4]), Bin<ushort>([1, 2, 3, 5]), Npy<uint>("<u4", [1, 2, 3, 4]),
            NpyFile.Write(_folder.Path("square.npy"), NpyFile.Bytes<ushort>("<u2", "(2, 2)", [1, 2, 3, 4])),
        ];
        Assert.Equal(paths.Length, paths.Select(p =>
        {
            using var corpus = Open(p, null, 10);
            return corpus.Hash;
        }).Distinct().Count());
    }

    private static TrainingCorpus Open(string path, TokenType? type, int vocabulary) => TrainingCorpus.Open([path], new PieceTokenizer(), vocabulary, type);

    private static void Check(int[] ids, string path, TokenType? type, int vocabulary)
    {
        using var corpus = Open(path, type, vocabulary);
        Assert.Equal(ids, Assert.Single(TrainingCorpusTests.Documents(corpus)));
    }

    private string Bin<T>(IEnumerable<T> ids)
        where T : unmanaged
    {
        var path = _folder.Path($"{Guid.NewGuid():N}.bin");
        File.WriteAllBytes(path, MemoryMarshal.AsBytes(ids.ToArray().AsSpan()).ToArray());
        return path;
    }

    private string Npy<T>(string descr, IEnumerable<T> ids)
        where T : unmanaged
    {
        var values = ids.ToArray();
        return NpyFile.Write(_folder.Path($"{Guid.NewGuid():N}.npy"), NpyFile.Bytes<T>(descr, $"({values.Length},)", values));
    }
}
