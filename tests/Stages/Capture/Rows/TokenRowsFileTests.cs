using System.Runtime.InteropServices;
using System.Text;
using Emergence.Stages.Capture.Rows;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens;
using Emergence.Stages.Tokens.Training;
using Emergence.TestKit.Activations;

namespace Emergence.Stages.Tests.Capture.Rows;

public sealed class TokenRowsFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tokens-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string File(byte[] bytes) => NpyFile.Write(Path.Combine(_folder.FullName, "tokens"), bytes);

    private string Npy<T>(string descr, string shape, params T[] values)
        where T : unmanaged => File(NpyFile.Bytes<T>(descr, shape, values));

    private TokenRows Read(string path, params int[][] expected)
    {
        var rows = TokenRowsFile.Read(path, null);
        Assert.Equal(expected, rows.Rows.Select(r => r.ToArray()));
        return rows;
    }

    private BadInputException Refused(string path, TokenType? bare = null) => Assert.Throws<BadInputException>(() => TokenRowsFile.Read(path, bare));

    [Fact]
    public void Arrays_of_every_type_are_read()
    {
        Assert.False(Read(Npy<ushort>("<u2", "(3,)", 1, 65535, 3), [1, 65535, 3]).IsTable);
        Read(Npy<uint>("<u4", "(2,)", 70000, 2), [70000, 2]);
        Assert.True(Read(Npy("<i4", "(2, 3)", 1, 2, 3, 4, 5, 6), [1, 2, 3], [4, 5, 6]).IsTable);
        Read(Npy<long>("<i8", "(2, 2)", 1, 2, 3, 4), [1, 2], [3, 4]);
    }

    [Fact]
    public void Ids_that_are_none_are_named_with_their_place()
    {
        Assert.Equal(("token 1", "-1 is no token id"), Place(Refused(Npy("<i4", "(2,)", 1, -1))));
        Assert.Equal(("token 1", "9999999999 is no token id"), Place(Refused(Npy<long>("<i8", "(2,)", 1, 9_999_999_999))));
        Assert.Equal("descr", Refused(Npy("<f4", "(2,)", 1f, 2f)).Place);
        Assert.Equal("descr", Refused(Npy(">i4", "(2,)", 1, 2)).Place);
        Assert.Equal("shape", Refused(Npy("<i4", "(1, 1, 2)", 1, 2)).Place);
        Assert.Equal("shape", Refused(Npy<int>("<i4", "(0, 4)")).Place);
        Assert.Equal("shape", Refused(Npy("<i4", "()", 1)).Place);
    }

    [Fact]
    public void Files_of_nothing_but_ids_are_read_by_the_type_that_is_given()
    {
        var path = File(MemoryMarshal.AsBytes<ushort>([1, 2, 65535, 0]).ToArray());
        Assert.Equal([1, 2, 65535, 0], TokenRowsFile.Read(path, TokenType.UInt16).Rows.Single().ToArray());
        Assert.Equal([131073, 65535], TokenRowsFile.Read(path, TokenType.UInt32).Rows.Single().ToArray());
        Assert.Contains("no whole number of ids", Refused(File([1, 2, 3]), TokenType.UInt16).Problem, StringComparison.Ordinal);
        Assert.Equal("token 0", Refused(File([255, 255, 255, 255]), TokenType.UInt32).Place);
    }

    [Theory]
    [InlineData("[1, 2, 3]", false, "1 2 3")]
    [InlineData("[[1, 2], [3, 4]]", true, "1 2|3 4")]
    [InlineData("[[1, 2], [3]]", false, "1 2|3")]
    [InlineData("[1]\n[2, 3]\n", false, "1|2 3")]
    [InlineData("{\"input_ids\": [1, 2], \"attention_mask\": [1, 1]}\n{\"text\": {\"a\": []}, \"input_ids\": [3, 4]}", true, "1 2|3 4")]
    public void Json_and_json_lines_are_read(string json, bool table, string expected)
    {
        var rows = TokenRowsFile.Read(File(Encoding.UTF8.GetBytes(json)), null);
        Assert.Equal(expected, string.Join('|', rows.Rows.Select(r => string.Join(' ', r.ToArray()))));
        Assert.Equal(table, rows.IsTable);
    }

    [Theory]
    [InlineData("[1, -2]", "line 1", "no token id")]
    [InlineData("[1,\n 2.5]", "line 2", "no token id")]
    [InlineData("[1]\n[\"2\"]", "line 2", "no token id")]
    [InlineData("[1, [2]]", "line 1", "no token id")]
    [InlineData("[[1], 2]", "line 1", "no token id")]
    [InlineData("[[[1]]]", "line 1", "no token id")]
    [InlineData("[99999999999]", "line 1", "no token id")]
    [InlineData("[1]\n[]", "line 2", "row 1 is empty")]
    [InlineData("[[1], []]", "line 1", "row 1 is empty")]
    [InlineData("{\"ids\": [1]}", "line 1", "input_ids")]
    [InlineData("{\"input_ids\": 1}", "line 1", "a list of ids is expected")]
    [InlineData("{\"input_ids\": [1], \"input_ids\": [2]}", "line 1", "input_ids")]
    [InlineData("{\"\\ud800\": 1, \"input_ids\": []}", "line 1", "row 0 is empty")]
    [InlineData("7", "line 1", "a list of ids is expected")]
    [InlineData("[1\n", "line 2", "not JSON")]
    [InlineData("hello", "line 1", "not JSON")]
    [InlineData("  \n ", "", "no row")]
    [InlineData("", "", "empty")]
    public void What_is_no_list_of_ids_is_refused_with_its_line(string json, string place, string problem)
    {
        var refused = Refused(File(Encoding.UTF8.GetBytes(json)));
        Assert.Equal(place, refused.Place);
        Assert.Contains(problem, refused.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_bad_input()
    {
        Refused(Path.Combine(_folder.FullName, "nowhere"));
        Refused(_folder.FullName);
    }

    [Fact]
    public void A_text_is_one_row_of_its_tokens()
    {
        var tokenizer = new WordTokenizer(["?", "a", "b"], 0, []);
        Assert.Equal([1, 2, 0], TokenRowsFile.ReadText(File("a b\nc"u8.ToArray()), tokenizer).Rows.Single().ToArray());
        Assert.Contains("no token", Assert.Throws<BadInputException>(() => TokenRowsFile.ReadText(File(" \n"u8.ToArray()), tokenizer)).Problem, StringComparison.Ordinal);
        Assert.Equal("offset 2", Assert.Throws<BadInputException>(() => TokenRowsFile.ReadText(File([97, 32, 0xFF]), tokenizer)).Place);
    }

    [Fact]
    public void Ten_thousand_damaged_files_are_rows_or_bad_input()
    {
        var random = new Random(5);
        byte[][] sources =
        [
            NpyFile.Bytes<ushort>("<u2", "(2, 2)", [1, 2, 3, 4]), "[[1, 2], [3, 4]]"u8.ToArray(), "{\"input_ids\": [1, 2], \"mask\": {\"a\": [1]}}\n{\"input_ids\": [3]}\n"u8.ToArray(),
        ];
        int read = 0, refused = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var bytes = sources[random.Next(sources.Length)].ToList();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var at = random.Next(bytes.Count);
                if (random.Next(2) == 0)
                {
                    bytes[at] = (byte)random.Next(256);
                }
                else
                {
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 4), bytes.Count - at));
                }
            }

            var path = File([.. bytes]);
            try
            {
                var rows = TokenRowsFile.Read(path, null);
                Assert.All(rows.Rows, r => Assert.False(r.IsEmpty));
                Assert.NotEmpty(rows.Rows);
                read++;
            }
            catch (BadInputException e)
            {
                Assert.Equal(path, e.File);
                refused++;
            }
        }

        Assert.True(read > 200 && refused > 5_000, $"{read} read, {refused} refused");
    }

    private static (string Place, string Problem) Place(BadInputException e) => (e.Place, e.Problem);
}
