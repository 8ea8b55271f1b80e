using System.Text.Json;
using Emergence.Stages.Curves;
using Emergence.Stages.Curves.Alerts;

namespace Emergence.Stages.Tests.Curves.Alerts;

public class AlertStateTests
{
    [Theory]
    [InlineData("..........", -1)]
    [InlineData("A.........", -1)]
    [InlineData("A..A..A..A", -1)] // never 2 of 3
    [InlineData(".A..A.....", -1)]
    [InlineData(".AA.......", 2)]
    [InlineData(".A.A......", 3)]
    [InlineData("....A.AAAA", 6)]
    [InlineData("AA........", 1)]
    [InlineData("A.A.......", 2)]
    [InlineData("AAAAAAAAAA", 1)]
    [InlineData("A", -1)]
    public void Alert_is_at_the_checkpoint_at_which_2_of_3_first_holds_and_only_there(string above, int expected)
    {
        var state = AlertState.Start;
        var fired = new List<int>();
        for (var i = 0; i < above.Length; i++)
        {
            state = state.Next(Observation(i, above[i] == 'A'));
            if (state.FiresNow)
            {
                fired.Add(i);
            }
        }

        Assert.Equal(expected < 0 ? [] : [expected], fired);
        Assert.Equal(expected < 0 ? null : 100 + expected, state.AlertStep);
    }

    [Theory]
    [InlineData("AA", true)]
    [InlineData("A.A", true)]
    [InlineData(".AA", false)]
    [InlineData("A..AA", false)] // the first checkpoint is out of the window by then
    [InlineData("...A.A", false)]
    public void Left_censored_only_when_the_first_checkpoint_of_the_run_is_one_of_those_above(string above, bool expected)
    {
        var state = Run(above);

        Assert.True(state.FiresNow);
        Assert.Equal(expected, state.LeftCensored);
    }

    [Fact]
    public void Equal_to_the_null_is_not_above()
    {
        var state = AlertState.Start.Next(new(0, 0.5, 0.5)).Next(new(1, 0.5, 0.5)).Next(new(2, 0, 0));

        Assert.Null(state.AlertStep);
    }

    [Fact]
    public void Event_carries_the_window_as_evidence()
    {
        var row = OnsetEvent.Make(Run(".A.A"), 3, "pos", "modal \"verb\"");

        Assert.Equal((EventKind.Onset, 103L, 3, "pos", "modal \"verb\""), (row.Kind, row.Step, row.Layer, row.Facet, row.Category));
        Assert.Equal("best_f1 of pos modal \"verb\" at layer 3 is above its permutation null at 2 of 3 checkpoints (0.700 against 0.200).", row.Message);
        using var evidence = JsonDocument.Parse(row.Evidence);
        Assert.Equal("above_null99_at_2_of_3", evidence.RootElement.GetProperty("rule").GetString());
        Assert.Equal("best_f1", evidence.RootElement.GetProperty("statistic").GetString());
        Assert.Equal("none", evidence.RootElement.GetProperty("censoring").GetString());
        Assert.Equal(
            [(101, 0.7, 0.2, true), (102, 0.1, 0.2, false), (103, 0.7, 0.2, true)],
            evidence.RootElement.GetProperty("window").EnumerateArray().Select(o => (
                o.GetProperty("step").GetInt64(), o.GetProperty("best_f1").GetDouble(), o.GetProperty("null99").GetDouble(), o.GetProperty("above").GetBoolean())));
    }

    [Fact]
    public void Event_says_when_the_onset_lies_before_the_first_checkpoint()
    {
        var row = OnsetEvent.Make(Run("AA"), 0, "pos", "noun");

        Assert.Contains("\"censoring\":\"left\"", row.Evidence, StringComparison.Ordinal);
        Assert.Contains("already above its permutation null at the first checkpoint", row.Message, StringComparison.Ordinal);
    }

    private static AlertState Run(string above) => above.Select((a, i) => Observation(i, a == 'A')).Aggregate(AlertState.Start, (s, o) => s.Next(o));

    private static AlertObservation Observation(int i, bool above) => new(100 + i, above ? 0.7 : 0.1, 0.2);
}
