using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Publishing;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Telemetry;
using Emergence.Pipeline.Watching;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Stages.Input;

namespace Emergence.Pipeline;

/// <summary>
/// Runs the pipeline over a stream of checkpoints, to its end or until told to stop. Killed anywhere and started
/// again with the same settings it goes on from its last commit and ends with the same curves.
/// </summary>
public sealed class WatchRun
{
    private readonly WatchSettings _settings;
    private readonly RunTelemetry _observer;
    private readonly TimeProvider _time;
    private readonly RunStream _stream;
    private readonly Func<KafkaSettings, IKafkaClient> _connect;

    /// <summary>Makes a run over a folder of checkpoints.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="observer">Told what happens: <see cref="RunOpened"/> first, <see cref="RunEnded"/> last.</param>
    /// <param name="time">The clock.</param>
    public WatchRun(WatchSettings settings, IWatchObserver observer, TimeProvider time)
        : this(settings, observer, time, new RunStream(settings, time))
    {
    }

    internal WatchRun(WatchSettings settings, IWatchObserver observer, TimeProvider time, RunStream stream, Func<KafkaSettings, IKafkaClient>? connect = null)
        => (_settings, _observer, _time, _stream, _connect) = (settings, new RunTelemetry(settings.RunName, observer), time, stream, connect ?? (kafka => KafkaClients.Connect(kafka)));

    /// <summary>Runs to the end.</summary>
    /// <param name="drain">Take up nothing new, finish and commit what is in work.</param>
    /// <param name="abort">Give up what is in work too; what is committed stays.</param>
    /// <exception cref="BadInputException">A text, the run folder or every checkpoint cannot be used.</exception>
    /// <exception cref="SettingsException">The settings do not fit the model.</exception>
    /// <exception cref="StageFailedException">A stage failed; what is committed stays.</exception>
    /// <exception cref="PublishException">The run cannot be published; what is committed stays.</exception>
    /// <exception cref="KafkaFailureException">The settings of Kafka cannot work.</exception>
    public async Task RunAsync(CancellationToken drain, CancellationToken abort)
    {
        var start = _time.GetTimestamp();
        var interrupted = true;
        if (_settings.Source == CheckpointKind.Models)
        {
            // Before the first checkpoint is waited for.
            DeviceName.Resolve(_settings.Device);
        }

        await using var outlet = _settings.Kafka is { } kafka ? new RunOutlet(_connect(kafka.Settings), kafka, _observer, _time) : null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(drain, outlet?.Failed ?? CancellationToken.None);
        using var machine = await RunMachine.StartAsync(_settings.ThreadCount);

        // A run that has begun knows what it is about; one that begins learns it from the first checkpoint.
        if (_stream.ReadKept() is { } kept)
        {
            using var known = kept;
            interrupted = await GoOnAsync(kept, null, machine, outlet, stop.Token, abort);
        }
        else
        {
            var source = _stream.Open(new HashSet<long>());
            await using var arrivals = new ArrivalQueue(source);
            try
            {
                using var subject = await new FirstCheckpoint(_settings, _stream, _observer).ReadAsync(arrivals, stop.Token);
                interrupted = await GoOnAsync(subject, (source, arrivals), machine, outlet, stop.Token, abort);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Stopped before the first checkpoint came: nothing was begun.
                await (outlet?.ThrowIfFailedAsync() ?? Task.CompletedTask);
            }
        }

        _observer.On(new RunEnded(_time.GetElapsedTime(start).TotalSeconds, interrupted));
    }

    private async Task<bool> GoOnAsync(
        RunSubject subject, (ICheckpointSource Source, ArrivalQueue Arrivals)? begun, RunMachine machine, RunOutlet? outlet, CancellationToken drain, CancellationToken abort)
    {
        await using var run = await OpenRun.OpenAsync(new OpenRunPlan
        {
            Settings = _settings,
            Subject = subject,
            Machine = machine,
            Progress = outlet?.Progress ?? new ProgressTeller(_observer),
            Telemetry = _observer,
            Time = _time,
            Arrivals = known =>
            {
                _stream.Began(subject);
                var source = begun?.Source ?? _stream.Open(known);
                return (source, begun?.Arrivals ?? new ArrivalQueue(source));
            },
        });
        return await (outlet?.RunAsync(run, drain, abort) ?? run.RunAsync(drain, abort)) != GraphOutcome.Completed;
    }
}
