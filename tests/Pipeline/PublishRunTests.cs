using System.Text.Json.Nodes;
using Emergence.Pipeline.Tests.Publishing;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;
using Emergence.TestKit;
using Emergence.TestKit.Kafka;

namespace Emergence.Pipeline.Tests;

public sealed class PublishRunTests : IDisposable
{
    private static readonly RunDescription Description = new(new RunIdentity("run", "model", 1, "1", "emergence 0.1.0"), []);
    private readonly TemporaryFolder _folder = new();
    private readonly PublishedRun _published = new();

    private string Run => _folder["run"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_second_call_publishes_nothing_and_again_sends_all_of_it()
    {
        Commit(1, 2, 3);
        var (first, _) = await _published.PublishAsync(Run);
        Assert.Equal((3, 0, 0, 3, 3), (first.Sent.Count, first.Before, first.Unpublished, first.LastStep, first.Messages));
        var (second, told) = await _published.PublishAsync(Run);
        Assert.Equal((0, 3, 0, 3L), (second.Sent.Count, second.Before, second.Unpublished, second.LastStep));
        Assert.Empty(told);
        var (again, _) = await _published.PublishAsync(Run, s => s with { Again = true, FromStep = 2 });
        Assert.Equal([2L, 3L], again.Sent.Select(c => c.Step));
        Assert.Equal([1L, 2L, 3L, 2L, 3L], _published.Notices.Select(n => n.Step));
    }

    [Fact]
    public async Task It_ends_before_a_later_step_than_asked_for_and_goes_on_there()
    {
        Commit(1, 2, 3);
        Assert.Equal(2, (await _published.PublishAsync(Run, s => s with { UntilStep = 2 })).Result.LastStep);
        Assert.Equal((0, 1), (await _published.PublishAsync(Run, s => s with { UntilStep = 2 })).Result is var r ? (r.Sent.Count, r.Unpublished) : default);
        Assert.Equal([3L], (await _published.PublishAsync(Run)).Result.Sent.Select(c => c.Step));
    }

    [Fact]
    public async Task A_plan_says_what_is_lacking_and_takes_nothing_over()
    {
        Commit(1, 2);
        using var owner = new RunPublisher(_published.Log.Connect("owner"), RunFolderReader.Open(Run), PublishOptions.For(_published.Kafka, "test"), TimeProvider.System);
        await owner.PublishNextAsync(CancellationToken.None);
        using (RunFolderStore.Open(Run, Description, TimeProvider.System))
        {
            var (plan, _) = await _published.PublishAsync(Run, s => s with { PlanOnly = true });
            Assert.Equal([2L], plan.Sent.Select(c => c.Step));
            Assert.Equal((1, 1, 1L), (plan.Before, plan.Unpublished, plan.LastStep));
        }

        await owner.PublishPendingAsync(CancellationToken.None);
        Assert.Equal(2, _published.Notices.Count);
    }

    [Fact]
    public async Task A_run_whose_writer_is_alive_is_left_alone_unless_it_is_forced()
    {
        Commit(1);
        using (RunFolderStore.Open(Run, Description, TimeProvider.System))
        {
            var e = await Assert.ThrowsAsync<BadInputException>(() => _published.PublishAsync(Run));
            Assert.Contains("is writing to this run", e.Problem, StringComparison.Ordinal);
            Assert.Contains("--force", e.Remedy, StringComparison.Ordinal);
            Assert.Empty(_published.Notices);
            Assert.Single((await _published.PublishAsync(Run, s => s with { Force = true })).Result.Sent);
        }
    }

    [Fact]
    public async Task Nobody_writes_to_a_run_while_it_is_published()
    {
        Commit(1);
        await _published.PublishAsync(Run, faults: _ =>
        {
            Assert.Throws<BadInputException>(() => RunFolderStore.Open(Run, Description, TimeProvider.System));
            return null;
        });
        RunFolderStore.Open(Run, Description, TimeProvider.System).Dispose();
    }

    [Fact]
    public async Task What_layer_groups_publish_is_only_sent_when_it_is_asked_for_again()
    {
        Commit(1);
        Directory.CreateDirectory(Path.Combine(Run, "groups", "layers-0-0"));
        var e = await Assert.ThrowsAsync<BadInputException>(() => _published.PublishAsync(Run));
        Assert.Contains("--again", e.Remedy, StringComparison.Ordinal);
        Assert.Single((await _published.PublishAsync(Run, s => s with { Again = true })).Result.Sent);
    }

    [Fact]
    public void The_gaps_between_commits_are_kept_divided_by_the_speed()
    {
        var clock = new ManualClock();
        using (var store = RunFolderStore.Open(Run, Description, clock))
        {
            foreach (var step in new[] { 1, 2, 3 })
            {
                Commit(store, step);
                clock.Advance(TimeSpan.FromSeconds(100));
            }
        }

        var times = new List<double>();
        var start = clock.GetUtcNow();
        var published = clock.RunToEnd(() => _published.PublishAsync(Run, s => s with { Speed = 10 }, clock, faults: call =>
        {
            if (call.Operation == ModelOperation.Commit)
            {
                times.Add((clock.GetUtcNow() - start).TotalSeconds);
            }

            return null;
        }));
        Assert.Equal([0, 10, 20], times);
        Assert.Equal(3, published.Result.Sent.Count);
    }

    [Fact]
    public async Task Told_to_stop_it_ends_behind_a_commit_and_the_next_call_goes_on()
    {
        Commit(1, 2, 3);
        using var drain = new CancellationTokenSource();
        var (result, _) = await _published.PublishAsync(Run, drain: drain.Token, faults: call =>
        {
            if (call.Operation == ModelOperation.Commit)
            {
                drain.Cancel();
            }

            return null;
        });
        Assert.Equal((true, 1, 2), (result.Interrupted, result.Sent.Count, result.Unpublished));
        Assert.Equal(2, (await _published.PublishAsync(Run)).Result.Sent.Count);
    }

    [Fact]
    public async Task A_run_of_an_older_version_is_published_in_the_order_of_its_times()
    {
        Commit(1, 2);
        foreach (var file in Directory.EnumerateFiles(Run, "commit.json", SearchOption.AllDirectories))
        {
            var json = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
            json.Remove("sequence");
            json.Remove("replaced");
            File.WriteAllText(file, json.ToJsonString());
        }

        Assert.Equal([1L, 2L], (await _published.PublishAsync(Run)).Result.Sent.Select(c => c.Sequence));
        using (var store = RunFolderStore.Open(Run, Description, TimeProvider.System))
        {
            Commit(store, 3);
        }

        Assert.Equal([3L], (await _published.PublishAsync(Run)).Result.Sent.Select(c => c.Sequence));
    }

    [Fact]
    public void Settings_that_cannot_be_meant_are_named()
    {
        var settings = new PublishRunSettings { Run = "run", Kafka = _published.Kafka };
        Assert.Empty(settings.Problems());
        Assert.Equal(
            ["--speed", "--from-step", "--until-step", "--kafka-wait"],
            (settings with { Speed = 0, FromStep = 5, UntilStep = 2, WaitSeconds = -1 }).Problems().Select(p => p.Setting));
    }

    private static void Commit(RunFolderStore store, long step) => store.Commit(
        new CheckpointResult(step, null, [], [], [], [], [new EventRow(EventKind.CheckpointLate, EventSeverity.Info, step, null, null, null, null, "{}", "late")]),
        new CommitDetails($"hash{step}", null, new Dictionary<string, double>(), new Dictionary<string, long>()),
        new Dictionary<string, Action<string>>());

    private void Commit(params IEnumerable<long> steps)
    {
        using var store = RunFolderStore.Open(Run, Description, TimeProvider.System);
        foreach (var step in steps)
        {
            Commit(store, step);
        }
    }
}
