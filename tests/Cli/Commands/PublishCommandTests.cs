using System.Text.Json.Nodes;
using Emergence.Cli.Commands;
using Emergence.Cli.Exit;
using Emergence.Cli.Runs;
using Emergence.Cli.Tests.Runs;
using Emergence.Pipeline;
using Emergence.Pipeline.Publishing;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Sinks.RunFolder;

namespace Emergence.Cli.Tests.Commands;

public sealed class PublishCommandTests : IDisposable
{
    private static readonly CommitEntry Commit = new(3, 16, "ab", null, false, false, DateTimeOffset.UnixEpoch, []);
    private readonly ProgramHarness _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Options_reach_the_publisher()
    {
        var run = new Scripted(new("nightly", [], 0, 0, 0, 0, null, false));
        Assert.Equal(0, await RunAsync(run, "R", "--kafka", "b:9092", "--speed", "2.5", "--again", "--from-step", "4", "--force", "--kafka-wait", "7", "--topic-prefix", "x", "--create-topics", "--partitions", "3"));
        var s = run.Settings!;
        Assert.Equal(("R", "b:9092", "x", 2.5, 4L, (long?)null, 7.0), (s.Run, s.Kafka.Servers, s.Kafka.Topics.Prefix, s.Speed, s.FromStep, s.UntilStep, s.WaitSeconds));
        Assert.Equal((true, true, false, true, 3), (s.Again, s.Force, s.PlanOnly, s.Topics.Create, s.Topics.Partitions));
        await RunAsync(run, "R", "--kafka", "b:9092", "--speed", "max", "--plan", "--until-step", "9");
        Assert.Equal((null, true, 9L), (run.Settings!.Speed, run.Settings.PlanOnly, run.Settings.UntilStep));
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_named_at_once()
    {
        Assert.Equal(ExitCode.Usage, await RunAsync(new Scripted(null), "R", "--speed", "fast", "--from-step", "4", "--kafka-wait", "-1"));
        foreach (var problem in new[] { "--kafka: is missing", "--speed: \"fast\" is not a number or max", "--from-step: without --again", "--kafka-wait: -1 is out of range" })
            Assert.Contains(problem, _program.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_published_is_told_line_by_line_and_summed_up()
    {
        var run = new Scripted(
            new("nightly", [Commit], 12, 3456, 2, 1, 16, false),
            new BrokerAway(DateTimeOffset.UnixEpoch, "nobody is there"),
            new BrokerBack(DateTimeOffset.UnixEpoch),
            new CommitPublished(Commit, 12, 3456, 1));
        Assert.Equal(0, await RunAsync(run, "R", "--kafka", "b:9092"));
        Assert.Contains("nothing has gone through to the broker since 00:00:00 UTC (nobody is there)", _program.Output, StringComparison.Ordinal);
        Assert.Contains("step 16: published, 12 messages, 1 to go", _program.Output, StringComparison.Ordinal);
        Assert.Contains($"published 1 commit of nightly to step 16: 12 messages, {Emergence.Cli.Live.Figures.Count(3456)} bytes", _program.Output, StringComparison.Ordinal);
        Assert.Contains("; 1 commit is left", _program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_call_says_that_there_is_nothing_to_publish()
    {
        Assert.Equal(0, await RunAsync(new Scripted(new("nightly", [], 0, 0, 5, 0, 16, false)), "R", "--kafka", "b:9092"));
        Assert.Equal("nothing to publish: all 5 commits of nightly are in the topics (--again sends them again)", _program.Output.Trim());
    }

    [Fact]
    public async Task Json_is_alone_on_standard_output_and_an_interruption_has_its_exit_code()
    {
        var run = new Scripted(new("nightly", [Commit], 12, 3456, 2, 1, 16, true), new CommitPublished(Commit, 12, 3456, 1));
        Assert.Equal(ExitCode.Interrupted, await RunAsync(run, "R", "--kafka", "b:9092", "--json"));
        var json = JsonNode.Parse(_program.Output)!;
        Assert.Equal((1, 12, 16L, true, 1, 2), ((int)json["published"]!, (int)json["messages"]!, (long)json["last_step"]!, (bool)json["interrupted"]!, (int)json["unpublished"]!, (int)json["published_before"]!));
        Assert.Equal(16, (long)json["steps"]![0]!);
        Assert.Contains("step 16: published", _program.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_no_run_is_bad_input_and_no_broker_is_asked()
    {
        Assert.Equal(ExitCode.BadInput, await _program.RunAsync(PublishCommand.Create(_program.Host, new PublishRunner(TimeProvider.System)), "publish", _program.Folder, "--kafka", "localhost:1"));
        Assert.Contains("it is not a run folder", _program.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_is_not_there_is_exit_code_4()
    {
        CommittedRun.In(Path.Combine(_program.Folder, "run"), 1);
        Assert.Equal(ExitCode.NoServer, await _program.RunAsync(
            PublishCommand.Create(_program.Host, new PublishRunner(TimeProvider.System)), "publish", Path.Combine(_program.Folder, "run"), "--kafka", "127.0.0.1:1", "--kafka-wait", "0"));
        Assert.Contains("Kafka at 127.0.0.1:1 could not be used", _program.Error, StringComparison.Ordinal);
        Assert.Contains("it is in the run folder, and publish sends what is not in the topics", _program.Error, StringComparison.Ordinal);
    }

    private Task<int> RunAsync(Scripted run, params string[] arguments) => _program.RunAsync(PublishCommand.Create(_program.Host, run), ["publish", .. arguments]);

    private sealed class Scripted(PublishRunResult? result, params PublishEvent[] events) : IPublishRunner
    {
        public PublishRunSettings? Settings { get; private set; }

        public Task<PublishRunResult> RunAsync(PublishRunSettings settings, Action<PublishEvent> tell, StopSignals stop)
        {
            Settings = settings;
            foreach (var e in events)
                tell(e);
            return Task.FromResult(result!);
        }
    }
}
