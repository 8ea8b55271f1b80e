using System.Text.Json;
using Emergence.Pipeline.Checkpoints;
using Emergence.Stages.Curves;

namespace Emergence.Pipeline.Tests.Checkpoints;

public sealed class CheckpointEventsTests
{
    [Fact]
    public void A_refusal_becomes_a_row_with_its_evidence()
    {
        var row = CheckpointEvents.Refused(7, RefusalReason.CopyOfAnotherStep, new WeightMatch(3, null, 0).Problem("x/step7", 7));
        Assert.Equal((EventKind.CheckpointRefused, EventSeverity.Error, 7L), (row.Kind, row.Severity, row.Step));
        Assert.Contains("those of step 3", row.Message, StringComparison.Ordinal);
        var evidence = JsonDocument.Parse(row.Evidence).RootElement;
        Assert.Equal("copy_of_another_step", evidence.GetProperty("reason").GetString());
        Assert.Equal("x/step7", evidence.GetProperty("file").GetString());
    }

    [Fact]
    public void A_late_one_becomes_a_row_with_its_evidence()
    {
        var row = new LateCheckpoint(2, "x/step2", DateTimeOffset.UnixEpoch, 8).ToEvent();
        Assert.Equal((EventKind.CheckpointLate, EventSeverity.Warning, 2L), (row.Kind, row.Severity, row.Step));
        Assert.Equal(8, JsonDocument.Parse(row.Evidence).RootElement.GetProperty("newest_step").GetInt64());
    }

    [Fact]
    public void Every_reason_has_its_word() =>
        Assert.Equal(5, Enum.GetValues<RefusalReason>().Select(r => CheckpointEvents.Refused(1, r, new WeightMatch(0, null, 0).Problem("x", 1)).Evidence).Distinct().Count());
}
