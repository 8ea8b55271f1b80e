using Emergence.Pipeline.Telemetry;
using Emergence.Sinks.Kafka.Metered;
using Emergence.Sinks.Telemetry;
using Emergence.TestKit;

namespace Emergence.Cli.Tests.Telemetry;

/// <summary>docs/TELEMETRY.md says what is measured, no more and no less.</summary>
public sealed class TelemetryDocumentTests
{
    [Fact]
    public void Its_tables_are_the_lists_of_instruments()
    {
        var lines = File.ReadAllLines(Path.Combine(ProductRoot.Find(), "docs", "TELEMETRY.md"));
        var expected = PipelineInstruments.All.Concat(KafkaInstruments.All).Select(Row).ToList();
        var actual = lines.Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToList();
        Assert.True(expected.SequenceEqual(actual), "the rows of docs/TELEMETRY.md should be:\n" + string.Join('\n', expected));
    }

    private static string Row(InstrumentDescription i) => $"| `{i.Name}` | {Word(i.Kind)} | {i.Unit} | {string.Join(", ", i.Attributes.Select(a => $"`{a}`"))} | {i.Description} |";

    private static string Word(InstrumentKind kind) => kind switch
    {
        InstrumentKind.UpDownCounter => "up-down counter",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
