namespace Emergence.Pipeline.Watching;

/// <summary>Room for one model in memory: the next is loaded when the one before it has been put away.</summary>
internal sealed class ModelSlot : IDisposable
{
    private readonly SemaphoreSlim _room = new(1, 1);

    /// <summary>Waits for room.</summary>
    /// <param name="aborted">Gives up waiting.</param>
    public Task TakeAsync(CancellationToken aborted) => _room.WaitAsync(aborted);

    /// <summary>Makes room for the next.</summary>
    public void Free() => _room.Release();

    public void Dispose() => _room.Dispose();
}
