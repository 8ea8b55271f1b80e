namespace Emergence.Pipeline.Watching;

/// <summary>
/// Holds the source back until the checkpoint before has been read, so that which of the waiting ones is taken next is decided as
/// late as it can be. Open, it lets everything through: the next one is then inspected while the one before is read.
/// </summary>
/// <param name="open">Whether nothing is held back.</param>
internal sealed class TakeGate(bool open) : IDisposable
{
    private readonly SemaphoreSlim _room = new(1, 1);

    /// <summary>Waits until nothing is being read.</summary>
    /// <param name="stop">Gives up waiting.</param>
    public Task EnterAsync(CancellationToken stop) => open ? Task.CompletedTask : _room.WaitAsync(stop);

    /// <summary>Says that a checkpoint that was let through has been read, or will not be.</summary>
    public void Leave()
    {
        if (!open)
        {
            _room.Release();
        }
    }

    public void Dispose() => _room.Dispose();
}
