using System.Text.RegularExpressions;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Tests.Arrow;
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

    [Theory]
    [MemberData(nameof(Each))]
    public void Every_column_says_what_it_means_in_what_unit_and_range(Tables table) => Assert.All(ArrowTables.ColumnsOf(table), column =>
    {
        Assert.True(column.Doc.Meaning.Length > 5 && !column.Doc.Meaning.EndsWith('.'), $"{column.Field.Name}: \"{column.Doc.Meaning}\"");
        Assert.NotEmpty(column.Doc.Unit);
        Assert.NotEmpty(column.Doc.Range);
        Assert.DoesNotContain('|', column.Doc.Meaning + column.Doc.Unit + column.Doc.Range);
    });

    [GeneratedRegex(@"^\| `(\w+)` \| `([^|]+)` \| (yes|no) \|", RegexOptions.Multiline)]
    private static partial Regex Line();
}
