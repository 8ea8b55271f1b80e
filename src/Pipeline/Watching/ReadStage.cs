using System.Runtime.InteropServices;
using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Messages;
using Emergence.Stages.Activations.Streams;
using Emergence.Stages.Capture;
using Emergence.Stages.Tokens;
using static TorchSharp.torch;

namespace Emergence.Pipeline.Watching;

/// <summary>
/// Turns a step of an activation stream into batches: the rows to train on from the first, over and over until the budget is spent, then
/// the labelled rows in order, barriers between them. A step that fails on the way is refused, and the stages behind take it back.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="gate">Told when a step has been read.</param>
/// <param name="warm">Whether SAEs exist already, from a step committed by an earlier start.</param>
internal sealed class ReadStage(RunContext run, TakeGate gate, bool warm)
{
    private bool _warm = warm;

    public async ValueTask ReadAsync(InspectedActivations inspected, Emitter<CapturedActivations> emit)
    {
        var work = inspected.Work;
        using (var saved = inspected.Take())
        {
            if (saved is not null)
            {
                await emit.SendBarrierAsync(new CheckpointOpened(run.Leases, work));
                if (await TrainAsync(saved, work, emit))
                {
                    await emit.SendBarrierAsync(new TrainingEnded(run.Leases, work));
                    await MeasureAsync(saved, work, emit);
                }
            }
        }

        _warm |= work is { Refusal: null, Inserted: false };
        await emit.SendBarrierAsync(new CheckpointRead(run.Leases, work));
        if (work.WasThere)
        {
            gate.Leave();
        }
    }

    private async ValueTask<bool> TrainAsync(SavedStep saved, CheckpointWork work, Emitter<CapturedActivations> emit)
    {
        var rows = saved.Layers[0].Training.Rows;
        long next = 0;
        for (var left = run.TrainingTokens(_warm); left > 0;)
        {
            var count = (int)Math.Min(left, run.Settings.BatchTokens);
            var first = next;
            if (TryRead(work, () => Batch(saved, l => l.Training, first, count, [new RowSource(0, 0, count)])) is not { } batch)
            {
                return false;
            }

            await emit.SendAsync(new CapturedActivations(run.Leases, Purpose.Train, batch));
            next = (next + count) % rows;
            left -= count;
        }

        return true;
    }

    private async ValueTask MeasureAsync(SavedStep saved, CheckpointWork work, Emitter<CapturedActivations> emit)
    {
        var size = (int)Math.Min(run.Settings.BatchTokens, int.MaxValue);
        for (var first = 0; first < run.Probe.TokenCount;)
        {
            var (from, count) = (first, Math.Min(size, run.Probe.TokenCount - first));
            if (TryRead(work, () => Batch(saved, l => l.Probe, from, count, run.Probe.Rows(from, count))) is not { } batch)
            {
                return;
            }

            await emit.SendAsync(new CapturedActivations(run.Leases, Purpose.Measure, batch));
            first += count;
        }
    }

    private ActivationBatch? TryRead(CheckpointWork work, Func<ActivationBatch> read)
    {
        var start = run.Time.GetTimestamp();
        try
        {
            return read();
        }
        catch (Exception e) when (CheckpointFault.IsFault(e))
        {
            work.Refusal = CheckpointFault.Event(work.Arrival, e);
            return null;
        }
        finally
        {
            work.SecondsCapture += run.Time.GetElapsedTime(start).TotalSeconds;
        }
    }

    /// <summary>Rows of every layer, the last of them followed by the first.</summary>
    private static ActivationBatch Batch(SavedStep saved, Func<SavedLayer, SavedRows> part, long first, int count, RowSource[] sources)
    {
        using var scope = NewDisposeScope();
        var tensors = new Tensor[saved.Layers.Count];
        for (var i = 0; i < tensors.Length; i++)
        {
            var rows = part(saved.Layers[i]);
            tensors[i] = empty([count, rows.Dimension], ScalarType.Float32);
            var into = MemoryMarshal.Cast<byte, float>(tensors[i].bytes);
            for (var next = first; into.Length > 0; next = 0)
            {
                var piece = into[..(int)Math.Min(into.Length, (rows.Rows - next) * rows.Dimension)];
                rows.Read(next, piece);
                into = into[piece.Length..];
            }
        }

        return new ActivationBatch(TokenBatch.WithoutTokens(sources), [.. saved.Layers.Select(l => $"layers.{l.Layer}")], Array.ConvertAll(tensors, t => t.DetachFromDisposeScope()));
    }
}
