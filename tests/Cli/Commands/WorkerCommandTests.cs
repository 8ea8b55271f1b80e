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
