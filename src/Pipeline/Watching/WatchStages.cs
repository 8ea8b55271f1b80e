namespace Emergence.Pipeline.Watching;

/// <summary>The stages of a run over models.</summary>
internal sealed record WatchStages(SharedStages Shared, ModelSlot Slot, InspectStage Inspect, BatchStage Batch, CaptureStage Capture) : IDisposable
{
    public void Dispose()
    {
        Capture.Dispose();
        Shared.Dispose();
        Slot.Dispose();
    }
}
