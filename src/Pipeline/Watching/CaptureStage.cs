using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Messages;
using Emergence.Stages.Capture;
using Emergence.Stages.Models;
using Emergence.Stages.Workers;

namespace Emergence.Pipeline.Watching;

/// <summary>Runs the model, batch by batch. Owns the model in work.</summary>
/// <param name="run">The run.</param>
/// <param name="slot">Room for the model.</param>
/// <param name="gate">Told when a checkpoint has been read.</param>
/// <param name="crew">Threads of the CPU's own kernels, shared with the SAEs.</param>
internal sealed class CaptureStage(RunContext run, ModelSlot slot, TakeGate gate, WorkerCrew crew) : IDisposable
{
    private LanguageModel? _model;
    private ActivationCapture? _capture;
    private CheckpointWork? _work;

    public ValueTask CaptureAsync(CaptureInput input, Emitter<CapturedActivations> emit)
    {
        switch (input)
        {
            case ModelToCapture loaded:
                Open(loaded);
                return ValueTask.CompletedTask;
            case TokensToCapture batch:
                return emit.SendAsync(Capture(batch));
            default:
                throw new InvalidOperationException($"capture cannot do anything with {input}");
        }
    }

    public ValueTask AtBarrierAsync(BarrierMessage barrier, Emitter<CapturedActivations> emit)
    {
        if (barrier is CheckpointRead read)
        {
            Close();
            if (read.Work.WasThere)
            {
                gate.Leave();
            }
        }

        return ValueTask.CompletedTask;
    }

    public void Dispose() => Close();

    private void Open(ModelToCapture loaded)
    {
        _model = loaded.Take();
        _work = loaded.Work;
        _capture = new ActivationCapture(_model, [.. run.Layers.Select(layer => new Hook(layer, run.Settings.Hook))], crew, take: true);
    }

    private CapturedActivations Capture(TokensToCapture batch)
    {
        var start = run.Time.GetTimestamp();
        var activations = _capture!.Capture(batch.Tokens);
        _work!.SecondsCapture += run.Time.GetElapsedTime(start).TotalSeconds;
        return new CapturedActivations(run.Leases, batch.Purpose, activations);
    }

    private void Close()
    {
        if (_model is null)
        {
            return;
        }

        _capture?.Dispose();
        _capture = null;
        _model.Dispose();
        _model = null;
        _work = null;
        slot.Free();
    }
}
