using Emergence.Pipeline.Checkpoints;
using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Pipeline.Tests.Checkpoints;

public sealed class ArrivalOrderTests
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly FolderSourceOptions s_follow = new()
    {
        Follow = true,
        Settle = TimeSpan.FromSeconds(1),
        Poll = TimeSpan.FromSeconds(10),
        Patience = TimeSpan.FromSeconds(60),
        LongestWait = TimeSpan.FromSeconds(600),
    };

    [Fact]
    public void When_following_one_look_is_not_enough()
    {
        var order = new ArrivalOrder(s_follow);
        Assert.Empty(Look(order, 0, Whole(1)));
        Assert.Equal("its files were still changing", Assert.Single(order.Pending).Reason);
        Assert.Equal(TimeSpan.FromSeconds(1), order.NextLook(At(0)));
        Assert.Empty(Look(order, 0.9, Whole(1)));
        var arrived = Assert.IsType<ArrivedCheckpoint>(Assert.Single(Look(order, 1, Whole(1))));
        Assert.Equal((1, "step1", At(0)), (arrived.Step, arrived.Folder, arrived.At));
        Assert.Empty(order.Pending);
        Assert.False(order.Needs(1, "step1"));
        Assert.Equal(TimeSpan.FromSeconds(10), order.NextLook(At(1)));
    }

    [Fact]
    public void A_change_begins_the_settling_anew()
    {
        var order = new ArrivalOrder(s_follow);
        Look(order, 0, Whole(1, "a"));
        Assert.Empty(Look(order, 1, Whole(1, "b")));
        Assert.Empty(Look(order, 1.9, Whole(1, "b")));
        Assert.Equal(At(1), Assert.Single(Look(order, 2, Whole(1, "b"))).At);
    }

    [Fact]
    public void Steps_are_handed_on_in_order_however_they_are_listed()
    {
        var order = new ArrivalOrder(s_follow);
        Look(order, 0, Whole(10), Whole(2), Whole(1));
        Assert.Equal("1 2 10", Told(Look(order, 1, Whole(10), Whole(2), Whole(1))));
    }

    [Fact]
    public void One_that_is_not_whole_holds_up_later_ones_until_patience_ends()
    {
        var order = new ArrivalOrder(s_follow);
        FolderLook[] looks = [Whole(1), Broken(2), Whole(3)];
        Look(order, 0, looks);
        Assert.Equal("1", Told(Look(order, 1, looks)));
        Assert.Equal(["step 2 is broken", "an earlier step is not whole yet"], order.Pending.Select(p => p.Reason[..Math.Min(p.Reason.Length, 32)].Replace("step2: ", "", StringComparison.Ordinal).Split('.')[0]));
        Assert.Equal("", Told(Look(order, 59.9, looks[1..])));
        Assert.Equal("2! 3", Told(Look(order, 60, looks[1..])));
        Assert.True(order.Needs(2, "step2"));
        Assert.False(order.Needs(3, "step3"));
    }

    [Fact]
    public void One_that_is_not_whole_and_has_nothing_behind_it_is_waited_for_without_end()
    {
        var order = new ArrivalOrder(s_follow);
        Look(order, 0, Broken(2));
        Assert.Equal("", Told(Look(order, 100_000, Broken(2))));
        Assert.Equal("", Told(Look(order, 100_001, Whole(2, "b"))));
        Assert.Equal("2", Told(Look(order, 100_002, Whole(2, "b"))));
    }

    [Fact]
    public void One_that_goes_on_changing_is_waited_for_longer_but_not_for_ever()
    {
        var order = new ArrivalOrder(s_follow);
        Look(order, 0, Broken(2), Whole(3));
        for (var t = 1; t < 601; t++)
        {
            Assert.Equal("", Told(Look(order, t, Broken(2, $"at {t}"), Whole(3))));
        }

        Assert.Equal("2! 3", Told(Look(order, 601, Broken(2, "at 601"), Whole(3))));
    }

    [Fact]
    public void A_whole_one_that_goes_on_changing_is_refused_with_that_reason()
    {
        var order = new ArrivalOrder(s_follow);
        Look(order, 0, Whole(2), Whole(3));
        IReadOnlyList<CheckpointArrival> arrivals = [];
        for (var t = 1; t <= 601; t++)
        {
            arrivals = Look(order, t, Whole(2, $"at {t}"), Whole(3));
        }

        Assert.Equal("2! 3", Told(arrivals));
        Assert.Contains("went on changing", Assert.IsType<RefusedCheckpoint>(arrivals[0]).Problem.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_becomes_whole_in_time_is_handed_on_before_the_later_ones()
    {
        var order = new ArrivalOrder(s_follow);
        Look(order, 0, Broken(2), Whole(3));
        Look(order, 30, Whole(2, "b"), Whole(3));
        Assert.Equal("2 3", Told(Look(order, 31, Whole(2, "b"), Whole(3))));
    }

    [Fact]
    public void One_that_was_refused_and_becomes_whole_is_late_once()
    {
        var order = new ArrivalOrder(s_follow);
        Look(order, 0, Broken(2), Whole(3));
        Assert.Equal("2! 3", Told(Look(order, 60, Broken(2), Whole(3))));
        Assert.Equal("", Told(Look(order, 70, Whole(2, "b"))));
        var late = Assert.IsType<LateCheckpoint>(Assert.Single(Look(order, 71, Whole(2, "b"))));
        Assert.Equal((2, 3), (late.Step, late.NewestStep));
        Assert.False(order.Needs(2, "step2"));
    }

    [Fact]
    public void One_that_appears_after_a_later_step_is_late_when_it_is_whole()
    {
        var order = new ArrivalOrder(s_follow);
        Look(order, 0, Whole(5));
        Look(order, 1, Whole(5));
        Assert.Equal("", Told(Look(order, 2, Broken(4))));
        Assert.Equal("", Told(Look(order, 3, Whole(4, "b"))));
        Assert.Equal("4?", Told(Look(order, 4, Whole(4, "b"))));
    }

    [Fact]
    public void The_last_look_hands_on_what_is_whole_and_refuses_the_rest()
    {
        var order = new ArrivalOrder(new FolderSourceOptions());
        Assert.Equal("1 2! 3", Told(order.Look([Whole(3), Broken(2), Whole(1)], At(0), last: true)));
        Assert.True(order.Done);
    }

    [Fact]
    public void Known_steps_are_passed_over_and_lower_ones_beside_them_are_late()
    {
        var order = new ArrivalOrder(new FolderSourceOptions { KnownSteps = new HashSet<long> { 0, 4, 2 } });
        Assert.False(order.Needs(2, "step2"));
        Assert.Equal("3? 5", Told(order.Look([Whole(3), Whole(5)], At(0), last: true)));
    }

    [Fact]
    public void Steps_outside_the_range_are_passed_over()
    {
        var order = new ArrivalOrder(new FolderSourceOptions { FromStep = 2, UntilStep = 4 });
        Assert.False(order.Needs(1, "step1"));
        Assert.Equal("2 4", Told(order.Look([Whole(2), Whole(4), Whole(5)], At(0), last: true)));
    }

    [Fact]
    public void Following_ends_with_the_last_step_asked_for()
    {
        var order = new ArrivalOrder(s_follow with { UntilStep = 4 });
        Look(order, 0, Whole(2));
        Assert.Equal("2", Told(Look(order, 1, Whole(2))));
        Assert.False(order.Done);
        Look(order, 2, Whole(4));
        Assert.Equal("4", Told(Look(order, 3, Whole(4))));
        Assert.True(order.Done);
    }

    [Fact]
    public void Following_ends_when_training_has_gone_past_the_last_step_asked_for()
    {
        var order = new ArrivalOrder(s_follow with { UntilStep = 4 });
        Look(order, 0, Broken(3), Whole(8));
        Look(order, 1, Broken(3), Whole(8));
        Assert.False(order.Done);
        Assert.Equal("3!", Told(Look(order, 61, Broken(3), Whole(8))));
        Assert.True(order.Done);
    }

    [Fact]
    public void A_run_that_is_at_its_last_step_already_is_done() =>
        Assert.True(new ArrivalOrder(s_follow with { UntilStep = 4, KnownSteps = new HashSet<long> { 4 } }).Done);

    [Fact]
    public void Of_two_folders_of_one_step_the_first_by_name_is_used()
    {
        var order = new ArrivalOrder(new FolderSourceOptions());
        FolderLook[] looks = [Whole(7) with { Folder = "step7" }, Whole(7) with { Folder = "checkpoint-7" }];
        var arrivals = order.Look(looks, At(0), last: true);
        var refused = Assert.Single(arrivals.OfType<RefusedCheckpoint>());
        Assert.Equal(("step7", RefusalReason.SameStep), (refused.Folder, refused.Reason));
        Assert.Equal("checkpoint-7", Assert.Single(arrivals.OfType<ArrivedCheckpoint>()).Folder);
    }

    [Fact]
    public void Two_folders_of_a_step_that_is_not_asked_for_are_passed_over()
    {
        var order = new ArrivalOrder(new FolderSourceOptions { UntilStep = 6 });
        FolderLook[] looks = [Whole(5), Whole(7) with { Folder = "step7" }, Whole(7) with { Folder = "checkpoint-7" }];
        Assert.Equal("5", Told(order.Look(looks, At(0), last: true)));
    }

    [Fact]
    public void One_that_goes_away_before_it_was_told_of_is_forgotten()
    {
        var order = new ArrivalOrder(s_follow);
        Look(order, 0, Broken(2), Whole(3));
        Assert.Equal("3", Told(Look(order, 1, Whole(3))));
        Look(order, 2, Whole(4));
        Look(order, 2.5);
        Assert.Equal("", Told(Look(order, 3, Whole(4))));
        Assert.Equal("4", Told(Look(order, 4, Whole(4))));
    }

    [Fact]
    public void Whatever_happens_steps_ascend_and_each_folder_is_told_of_once()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var order = new ArrivalOrder(s_follow);
            var state = new Dictionary<long, FolderLook>();
            var told = new List<CheckpointArrival>();
            var time = 0.0;
            for (var i = 0; i < 60; i++)
            {
                time += random.NextDouble() * (random.Next(10) == 0 ? 120 : 2);
                var step = (long)random.Next(8);
                var roll = random.Next(6);
                state[step] = roll < 2 ? Broken(step, $"{random.Next(4)}") : Whole(step, $"{random.Next(2)}");
                if (roll == 5)
                {
                    state.Remove(step);
                }

                told.AddRange(Look(order, time, state.Values.Where(l => order.Needs(l.Step, l.Folder)).ToArray()));
            }

            told.AddRange(order.Look(state.Values.Where(l => order.Needs(l.Step, l.Folder)), At(time + 1), last: true));
            var arrived = told.OfType<ArrivedCheckpoint>().Select(a => a.Step).ToList();
            Assert.Equal(arrived.Order().Distinct(), arrived);
            foreach (var group in told.GroupBy(a => a.Step))
            {
                // Used and late exclude each other; refused may come before late, again when the folder was made anew.
                Assert.True(group.Count(a => a is not RefusedCheckpoint) <= 1, $"seed {seed}: step {group.Key} told {string.Join(", ", group)}");
            }

            Assert.All(told.OfType<LateCheckpoint>(), late => Assert.True(late.Step < late.NewestStep && arrived.Contains(late.NewestStep)));
            Assert.All(state.Values.Where(l => l.Problem is null), l => Assert.Contains(told, a => a.Step == l.Step));
        }
    }

    private static IReadOnlyList<CheckpointArrival> Look(ArrivalOrder order, double seconds, params FolderLook[] looks) =>
        order.Look(looks.Where(l => order.Needs(l.Step, l.Folder)), At(seconds), last: false);

    private static DateTimeOffset At(double seconds) => s_start.AddSeconds(seconds);

    [Fact]
    public void One_whose_weights_are_of_a_format_that_is_not_read_is_refused_though_nothing_waits_behind_it()
    {
        var order = new ArrivalOrder(s_follow);
        var foreign = new FolderLook(1, "step1", "a", new ForeignWeightsException("step1", "its weights are in pytorch_model.bin", "Convert it"), null);
        Assert.Empty(Look(order, 0, foreign));
        Assert.Empty(Look(order, 59.9, foreign));
        Assert.Contains("pytorch_model.bin", Assert.Single(order.Pending).Reason, StringComparison.Ordinal);
        var refused = Assert.IsType<RefusedCheckpoint>(Assert.Single(Look(order, 60, foreign)));
        Assert.Same(foreign.Problem, refused.Problem);
    }

    private static FolderLook Whole(long step, string signature = "a") => new(step, $"step{step}", signature, null, null);

    private static FolderLook Broken(long step, string signature = "a") => new(step, $"step{step}", "broken " + signature, new BadInputException($"step{step}", "", $"step {step} is broken", "Mend it"), null);

    private static string Told(IEnumerable<CheckpointArrival> arrivals) =>
        string.Join(' ', arrivals.Select(a => a.Step + (a is RefusedCheckpoint ? "!" : a is LateCheckpoint ? "?" : "")));
}
