using System.Text.Json;
using System.Text.RegularExpressions;
using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Tests.Arrow;
using Emergence.Stages.Tokens.Training;
using Emergence.TestKit;

namespace Emergence.Sinks.Tests.SchemaPage;

public partial class SchemaDocumentTests
{
    private const string WriteVariable = "EMERGENCE_WRITE_SCHEMA";
    private static readonly string _path = Path.Combine(ProductRoot.Find(), "docs", "SCHEMA.md");

    public static TheoryData<Tables> Each => [.. TableSchema.Each];

    [Fact]
    public void The_page_says_what_the_code_says()
    {
        var made = SchemaDocument.Make();
        if (Environment.GetEnvironmentVariable(WriteVariable) == "1")
        {
            File.WriteAllText(_path, made);
        }

        var (found, expected) = (File.Exists(_path) ? File.ReadAllLines(_path) : [], made.TrimEnd('\n').Split('\n'));
        var differences = Enumerable.Range(0, Math.Max(found.Length, expected.Length))
            .Where(i => found.ElementAtOrDefault(i) != expected.ElementAtOrDefault(i))
            .Select(i => $"line {i + 1}\n  page: {found.ElementAtOrDefault(i) ?? "(ends)"}\n  code: {expected.ElementAtOrDefault(i) ?? "(ends)"}")
            .Take(5)
            .ToList();
        Assert.True(differences.Count == 0, $"docs/SCHEMA.md differs from the code. If the code is right: {WriteVariable}=1 ./test SchemaDocument\n{string.Join('\n', differences)}");
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void The_page_lists_the_columns_that_are_written_in_order_with_type_and_nullability(Tables table)
    {
        // From the page's text alone, against the schema of real rows.
        var section = File.ReadAllText(_path).Split($"## Table `{TableSchema.NameOf(table)}`\n")[1].Split("\n## ")[0];
        var listed = Line().Matches(section).Select(m => (Name: m.Groups[1].Value, Type: m.Groups[2].Value, Null: m.Groups[3].Value));
        using var batch = ArrowTables.Encode(table, SampleResults.Run, SampleResults.Make(512));
        Assert.Equal(batch.Schema.FieldsList.Select(f => (f.Name, SchemaDocument.TypeOf(f.DataType), f.IsNullable ? "yes" : "no")), listed);
    }

    [Fact]
    public void The_page_lists_the_members_of_an_announcement_in_the_order_in_which_they_are_written()
    {
        var settings = AnnouncedSettings.Of(new WatchSettings
        {
            Checkpoints = "c",
            Probe = "p",
            ProbeColumns = "word",
            Text = "t",
            TokenType = TokenType.UInt16,
            Tokenizer = "t.json",
            Features = 64,
            Run = "runs/r",
        });
        var written = new Announcement
        {
            Run = "r",
            Group = "layers-0-1",
            Number = 1,
            Layers = [0, 1],
            Kind = ArrivalKind.Refused,
            Step = 8,
            Path = "c/step8",
            Files = ["f"],
            Hash = "h",
            TokensSeen = 1,
            Loss = 1,
            ArrivedAt = default,
            NewestStep = 4,
            Waiting = 1,
            TakenStep = 4,
            Reason = default(RefusalReason),
            Problem = new("f", "p", "w", "m"),
            First = true,
            Began = default,
            Folder = "runs/r",
            Settings = settings,
        };
        var json = JsonDocument.Parse(written.ToBytes()).RootElement;
        var section = File.ReadAllText(_path).Split("### Messages of `emergence.checkpoints`")[1].Split("\n### ")[0].Split("Members of ");
        Assert.Equal(json.EnumerateObject().Select(member => member.Name), Names(section[0]));
        Assert.Equal(json.GetProperty("problem").EnumerateObject().Select(member => member.Name), Names(section[1]));
        Assert.Equal(json.GetProperty("settings").EnumerateObject().Select(member => member.Name), Names(section[2]));

        static IEnumerable<string> Names(string text) => Member().Matches(text).Select(m => m.Groups[1].Value);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void Every_column_says_what_it_means_in_what_unit_and_range(Tables table) => Assert.All(ArrowTables.ColumnsOf(table), column =>
    {
        Assert.True(column.Doc.Meaning.Length > 5 && !column.Doc.Meaning.EndsWith('.'), $"{column.Field.Name}: \"{column.Doc.Meaning}\"");
        Assert.NotEmpty(column.Doc.Unit);
        Assert.NotEmpty(column.Doc.Range);
        Assert.DoesNotContain('|', column.Doc.Meaning + column.Doc.Unit + column.Doc.Range);
    });

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Member();

    [GeneratedRegex(@"^\| `(\w+)` \| `([^|]+)` \| (yes|no) \|", RegexOptions.Multiline)]
    private static partial Regex Line();
}
