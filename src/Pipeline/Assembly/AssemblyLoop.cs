using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Telemetry;
using Emergence.Pipeline.Watching;
using Emergence.Stages.Curves;

namespace Emergence.Pipeline.Assembly;

/// <summary>Looks at the groups' folders again and again and assembles what can be.</summary>
/// <param name="assembler">Assembles; only this loop touches it.</param>
/// <param name="journal">What is announced.</param>
/// <param name="progress">Tells the observer.</param>
/// <param name="telemetry">Counts what is assembled.</param>
/// <param name="time">The clock.</param>
/// <param name="look">Time between two looks.</param>
internal sealed class AssemblyLoop(Assembler assembler, SharedJournal journal, ProgressTeller progress, AnnounceTelemetry telemetry, TimeProvider time, TimeSpan look)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _looked = New();
    private int _outstanding = int.MaxValue;
    private int _seen = -1;

    /// <summary>Checkpoints that are announced and not assembled. May be read from any thread.</summary>
    public int Lag => Volatile.Read(ref _outstanding) is var count and not int.MaxValue ? count : 0;

    /// <summary>Assembles until nothing more is announced and all is assembled.</summary>
    /// <param name="announcing">Ends when nothing more is announced.</param>
    /// <param name="abort">Ends it at once.</param>
    public async Task RunAsync(Task<bool> announcing, CancellationToken abort)
    {
        var told = false;
        while (true)
        {
            abort.ThrowIfCancellationRequested();
            var last = announcing.IsCompleted;
            var announced = journal.Entries;
            foreach (var step in assembler.Assemble(announced))
            {
                Tell(step);
            }

            var outstanding = assembler.Outstanding(announced);
            Looked(announced.Count, outstanding.Count);
            if (last && outstanding.Count == 0)
            {
                return;
            }

            if (last && !told)
            {
                told = true;
                progress.Tell(new RunRemark(
                    $"nothing more is announced; waiting for {string.Join(", ", assembler.Without(outstanding[0].Step))} to commit step {outstanding[0].Step}{(outstanding.Count > 1 ? $" and {outstanding.Count - 1} more" : "")}"));
            }

            await Task.WhenAny(Task.Delay(look, time, abort), last ? Task.Delay(Timeout.Infinite, abort) : announcing);
        }
    }

    /// <summary>Waits until all that is announced is assembled.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task CaughtUpAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task looked;
            lock (_gate)
            {
                if (_outstanding == 0 && _seen == journal.Entries.Count)
                {
                    return;
                }

                looked = _looked.Task;
            }

            await looked.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Looked(int announced, int outstanding)
    {
        lock (_gate)
        {
            (_seen, _outstanding) = (announced, outstanding);
            _looked.SetResult();
            _looked = New();
        }
    }

    private void Tell(AssembledStep step)
    {
        telemetry.Assembled(step.Commit.Step, step.Commit.Refused ? step.Result.Events.LastOrDefault(e => e.Step == step.Commit.Step)?.Kind.ToString() ?? nameof(EventKind.CheckpointRefused) : null);
        if (step.Commit.Refused)
        {
            foreach (var notice in step.Result.Events.Where(e => e.Step == step.Commit.Step).DistinctBy(e => e.Message))
            {
                progress.Tell(new CheckpointSkipped(notice));
            }

            return;
        }

        progress.Tell(new CheckpointCommitted(step.Result, TimeSpan.FromSeconds(step.Commit.Seconds.GetValueOrDefault("total")), TimeSpan.FromSeconds(step.Commit.LagSeconds), step.Commit.Waiting));
    }
}
