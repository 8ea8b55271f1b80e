using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Messages;
using Emergence.Stages.Firing;

namespace Emergence.Pipeline.Watching;

/// <summary>Collects the firings of the probe set, layer by layer, and hands them on when the checkpoint has been read.</summary>
internal sealed class CountStage(RunContext run, Pool<FiringLog[]> logs)
{
    private FiringLog[]? _logs;

    public ValueTask CountAsync(ProbeFirings firings, Emitter<CountedCheckpoint> emit)
    {
        _logs ??= Empty();
        for (var i = 0; i < _logs.Length; i++)
        {
            _logs[i].Add(firings.Tokens, firings.Firings[i]);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask AtBarrierAsync(BarrierMessage barrier, Emitter<CountedCheckpoint> emit)
    {
        if (barrier is not CheckpointRead { Work: var work })
        {
            return ValueTask.CompletedTask;
        }

        if (work.Refusal is not null)
        {
            // It could not be read to its end.
            if (_logs is not null)
            {
                logs.Return(_logs);
                _logs = null;
            }

            return ValueTask.CompletedTask;
        }

        var counted = new CountedCheckpoint(run.Leases, work, _logs!, logs);
        _logs = null;
        return emit.SendAsync(counted);
    }

    private FiringLog[] Empty()
    {
        var rented = logs.Rent();
        foreach (var log in rented)
        {
            log.Reset();
        }

        return rented;
    }
}
