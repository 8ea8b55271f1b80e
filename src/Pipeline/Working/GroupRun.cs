using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Telemetry;
using Emergence.Pipeline.Watching;
using Emergence.Sinks.RunFolder;

namespace Emergence.Pipeline.Working;

/// <summary>A layer group's run over the real pipeline: the graph runs all the time and is fed with one announcement at a time.</summary>
internal sealed class GroupRun : IGroupWork
{
    private readonly RunSubject _subject;
    private readonly OpenRun _run;
    private readonly AnnouncedCheckpoints _source;
    private readonly HashSet<long> _known;
    private readonly CancellationTokenSource _abort = new();
    private readonly Task<GraphOutcome> _running;
    private TaskCompletionSource _ended = New();
    private int _left;

    private GroupRun(RunSubject subject, OpenRun run, AnnouncedCheckpoints source)
    {
        (_subject, _run, _source, _known) = (subject, run, source, [.. run.Known]);
        _run.Backlog.WhenEnded = () =>
        {
            if (Interlocked.Decrement(ref _left) == 0)
            {
                _ended.SetResult();
            }
        };
        _running = _run.RunAsync(CancellationToken.None, _abort.Token);
    }

    /// <inheritdoc/>
    public RunFolderReader Reader => _run.Reader;

    /// <summary>Opens it.</summary>
    /// <param name="work">An announcement of the group.</param>
    /// <param name="subject">What the run is about; owned from here on.</param>
    /// <param name="machine">What computes; stays the caller's.</param>
    /// <param name="observer">Told what happens.</param>
    /// <param name="time">The clock.</param>
    public static async Task<GroupRun> OpenAsync(AnnouncedWork work, RunSubject subject, RunMachine machine, IWatchObserver observer, TimeProvider time)
    {
        var telemetry = new RunTelemetry(work.Message.Run, observer);
        var source = new AnnouncedCheckpoints(work.Key);
        try
        {
            var run = await OpenRun.OpenAsync(new OpenRunPlan
            {
                Settings = work.Settings,
                Subject = subject,
                Machine = machine,
                Progress = new ProgressTeller(telemetry),
                Telemetry = telemetry,
                Time = time,
                Arrivals = _ => (source, new ArrivalQueue(source)),
                Group = work.Mark,
                IsLaterGroup = !work.Message.First,
            });
            return new GroupRun(subject, run, source);
        }
        catch
        {
            subject.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task WorkAsync(AnnouncedWork work, CancellationToken abort)
    {
        if (_known.Contains(work.Step))
        {
            return;
        }

        // What is spoken of has its event in this checkpoint's commit, which is not there yet: also when its step has a commit, as a second folder's.
        CheckpointArrival[] arrivals = [.. work.Earlier, work.Checkpoint];
        _ended = New();
        _left = arrivals.Length;
        _source.Feed(arrivals);
        await using (abort.Register(_abort.Cancel))
        {
            if (await Task.WhenAny(_ended.Task, _running) == _running)
            {
                await _running;
                throw new OperationCanceledException($"{work.Message} was given up", abort);
            }
        }

        // It may have been given up behind its commit: the graph has ended then.
        abort.ThrowIfCancellationRequested();
        _known.UnionWith(arrivals.Where(a => a is LateCheckpoint or PassedOverCheckpoint).Select(a => a.Step).Append(work.Step));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _source.Complete();
        if (_left > 0)
        {
            await _abort.CancelAsync();
        }

        // How it ended was told to whoever fed it.
        await _running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await _run.DisposeAsync();
        _subject.Dispose();
        _abort.Dispose();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
