using System.Text.Json;
using Emergence.Cli.Commands;
using Emergence.Cli.Options;
using Emergence.Cli.Runs;
using Emergence.Pipeline;
using Emergence.Pipeline.Working;

namespace Emergence.Cli.Tests.Commands;

public sealed class WorkerCommandTests : IDisposable
{
    private readonly ProgramHarness _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Everything_that_is_missing_or_wrong_is_said_at_once()
    {
        Assert.Equal(2, await RunAsync(new Scripted(), "worker"));
        Assert.Contains("--kafka: is missing", _program.Error, StringComparison.Ordinal);
        Assert.Contains("--group", _program.Error, StringComparison.Ordinal);
        Assert.Equal(2, await RunAsync(new Scripted(), "worker", "--kafka", "a:1", "--group", "a/b", "--root", "nowhere", "--state", "memory", "--threads", "0"));
        foreach (var part in new[] { "a/b", "--root: nowhere does not exist", "\"memory\" is not disk or kafka", "--threads: 0" })
        {
            Assert.Contains(part, _program.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_settings_reach_the_worker_and_its_result_is_told()
    {
        var worker = new Scripted(new WorkPublished("run/layers-0", 8, true), new WorkPublished("run/layers-0", 8, false));
        Assert.Equal(0, await RunAsync(worker, "worker", "--kafka", "a:1", "--group", "g", "--root", _program.Folder, "--state", "kafka", "--threads", "3", "--json"));
        Assert.Equal(new WorkerSettings { Group = "g", Root = _program.Folder, State = WorkerState.Kafka, Threads = 3 }, worker.Settings);
        using var json = JsonDocument.Parse(_program.Output);
        Assert.Equal(1, json.RootElement.GetProperty("checkpoints").GetProperty("run/layers-0").GetInt32());
    }

    [Fact]
    public async Task A_message_that_was_passed_over_ends_as_bad_input()
    {
        Assert.Equal(3, await RunAsync(new Scripted(new MessagePassedOver("emergence.checkpoints[0]@5: it is no announcement.")), "worker", "--kafka", "a:1", "--group", "g"));
        Assert.Contains("emergence: emergence.checkpoints[0]@5", _program.Error, StringComparison.Ordinal);
        Assert.Contains("1 messages passed over", _program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_was_refused_is_told_once_with_the_number_of_its_messages()
    {
        WorkerEvent[] events = [.. Enumerable.Range(1, 3).Select(s => new WorkRefused("run/layers-0", s, "emergence.checkpoints[0]@5: the model has 4 layers.", s > 1))];
        Assert.Equal(3, await RunAsync(new Scripted(events), "worker", "--kafka", "a:1", "--group", "g"));
        Assert.Equal("emergence: run/layers-0, 3 messages: emergence.checkpoints[0]@5: the model has 4 layers.", Assert.Single(_program.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
        Assert.Contains("3 messages passed over", _program.Output, StringComparison.Ordinal);
        Assert.Equal(1, _program.Output.Split("the model has 4 layers").Length - 1);
    }

    [Theory]
    [InlineData(true, true, 130)]
    [InlineData(true, false, 130)]
    [InlineData(false, true, 3)]
    [InlineData(false, false, 0)]
    public void Stopped_after_a_refused_message_it_says_both_and_ends_as_interrupted(bool interrupted, bool refused, int exit)
    {
        var summary = new WorkerSummary("g");
        if (refused)
        {
            summary.On(new MessagePassedOver("emergence.checkpoints[0]@5: it is no announcement."));
        }

        Assert.Equal(exit, WorkerCommand.End(_program.Host, summary, json: false, 1, interrupted));
        Assert.Equal(interrupted, _program.Output.Contains("stopped as told", StringComparison.Ordinal));
        Assert.Equal(refused, _program.Error.Contains("@5", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_announcers_own_name_is_no_consumer_group()
    {
        Assert.Equal(2, await RunAsync(new Scripted(), "worker", "--kafka", "a:1", "--group", "announcer"));
        Assert.Contains("--group: \"announcer\" is the announcer's own name", _program.Error, StringComparison.Ordinal);
    }

    private Task<int> RunAsync(Scripted worker, params string[] arguments) => _program.RunAsync(WorkerCommand.Create(_program.Host, worker), arguments);

    private sealed class Scripted(params WorkerEvent[] events) : IWorkerRunner
    {
        public WorkerSettings? Settings { get; private set; }

        public Task RunAsync(WorkerSettings settings, KafkaChoice kafka, Action<WorkerEvent> tell, StopSignals stop)
        {
            Settings = settings;
            Array.ForEach(events, tell);
            return Task.CompletedTask;
        }
    }
}
