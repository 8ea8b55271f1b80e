using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Watching;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Publishing;

namespace Emergence.Pipeline.Publishing;

/// <summary>
/// A run's way out to Kafka: looks at the topics, hears what the run tells, wakes the publisher at each commit and sends partial curves.
/// Passes every event on.
/// </summary>
internal sealed class RunOutlet : IWatchObserver, IAsyncDisposable
{
    private readonly IKafkaClient _client;
    private readonly KafkaOutlet _outlet;
    private readonly IWatchObserver _next;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _failed = new();
    private readonly Task _prepared;
    private BackgroundPublisher? _publisher;
    private LiveCurves? _live;

    /// <summary>Begins to look at the topics.</summary>
    /// <param name="client">The client; disposed with this.</param>
    /// <param name="outlet">The broker.</param>
    /// <param name="next">Told every event.</param>
    /// <param name="time">The clock.</param>
    public RunOutlet(IKafkaClient client, KafkaOutlet outlet, IWatchObserver next, TimeProvider time)
    {
        (_client, _outlet, _next, _time) = (client, outlet, next, time);
        Progress = new ProgressTeller(this);
        _prepared = Task.Run(PrepareAsync);
        _ = CancelIfFailedAsync(_prepared);
    }

    /// <summary>Tells this, one event at a time whatever thread they come from.</summary>
    public ProgressTeller Progress { get; }

    /// <summary>Is cancelled when publishing cannot go on: a run that cannot be published is stopped, so that somebody learns of it.</summary>
    public CancellationToken Failed => _failed.Token;

    /// <inheritdoc/>
    public void On(WatchEvent watchEvent)
    {
        switch (watchEvent)
        {
            case CheckpointCommitted or CheckpointSkipped:
                _publisher?.Wake();
                break;
            case LayerCurvesComputed computed:
                _live?.Send(computed);
                break;
        }

        _next.On(watchEvent);
    }

    /// <summary>Ends with the exception for which publishing cannot go on, when there is one.</summary>
    /// <exception cref="PublishException">Publishing cannot go on.</exception>
    /// <exception cref="SettingsException">A topic is missing or unfit.</exception>
    public async Task ThrowIfFailedAsync()
    {
        if (_failed.IsCancellationRequested)
        {
            await _prepared;
            await (_publisher?.Running ?? Task.CompletedTask);
        }
    }

    /// <summary>Works until the run's source ends or it is told to stop, and publishes meanwhile; then publishes what is left.</summary>
    /// <param name="run">The run, opened with <see cref="Progress"/>.</param>
    /// <param name="drain">Take up nothing new, finish and commit what is in work.</param>
    /// <param name="abort">Give up what is in work, and what is left to be published too; what is committed stays.</param>
    /// <exception cref="PublishException">Publishing cannot go on. What was in work is committed.</exception>
    /// <exception cref="SettingsException">A topic is missing or unfit.</exception>
    public async Task<GraphOutcome> RunAsync(OpenRun run, CancellationToken drain, CancellationToken abort)
    {
        _live = new LiveCurves(_client.OpenBestEffort(), run.Reader.Description.Identity, _outlet.Settings);
        var publisher = _publisher = new BackgroundPublisher(_client, run.Reader, PublishOptions.For(_outlet.Settings, RunSettingsFile.Producer), _prepared, Tell, _time);
        _ = CancelIfFailedAsync(publisher.Running);
        var outcome = await run.RunAsync(drain, abort);
        var unpublished = await publisher.DrainAsync(TimeSpan.FromSeconds(_outlet.WaitSeconds), abort);
        Progress.Tell(new PublishingEnded(publisher.LastStep, unpublished, _live.Lost));
        return outcome;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_publisher is not null)
        {
            await _publisher.DisposeAsync();
        }

        // How it failed has been told.
        await _prepared.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _live?.Dispose();
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task CancelIfFailedAsync(Task task)
    {
        await task.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (task.IsFaulted)
        {
            await _failed.CancelAsync();
        }
    }

    private async Task PrepareAsync()
    {
        var faults = await TopicPreparation.EnsureAsync(_client, _outlet.Settings, _outlet.Topics, null, _time, Tell, _stop.Token);
        var fatal = faults.Where(f => f.Fatal).ToList();
        if (fatal.Count > 0)
        {
            throw new SettingsException([.. fatal.Select(f => new SettingProblem($"topic {f.Topic}", f.Problem, f.Remedy))]);
        }

        foreach (var fault in faults)
        {
            Progress.Tell(new RunRemark(fault.ToString()));
        }
    }

    private void Tell(PublishEvent told)
    {
        switch (told)
        {
            case CommitPublished published:
                Progress.Tell(new StepPublished(published.Commit.Step, published.Messages, published.Pending));
                break;
            case BrokerAway away:
                Progress.Tell(new BrokerLost(away.Since, away.Reason));
                break;
            case BrokerBack back:
                Progress.Tell(new BrokerFound(back.Since));
                break;
        }
    }
}
