namespace Emergence.Sinks.Arrow;

/// <summary>
/// Arrays that may be used again, as long as the garbage collector has no better use for their memory: it is kept warm while files are read one
/// after the other, and given back when nothing happens. Safe from several threads.
/// </summary>
/// <param name="kept">Most arrays that are kept.</param>
internal sealed class SpareArrays(int kept)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<WeakReference<byte[]>> _arrays = [];

    /// <summary>Takes a spare array.</summary>
    /// <param name="least">Its least length.</param>
    /// <param name="most">Its greatest length.</param>
    /// <returns>Null when there is none.</returns>
    public byte[]? Take(int least, int most)
    {
        lock (_lock)
        {
            for (var node = _arrays.First; node is not null;)
            {
                var (next, found) = (node.Next, node.Value.TryGetTarget(out var array));
                if (!found || (array!.Length >= least && array.Length <= most))
                {
                    _arrays.Remove(node);
                }

                if (found && array!.Length >= least && array.Length <= most)
                {
                    return array;
                }

                node = next;
            }
        }

        return null;
    }

    /// <summary>Gives an array that nobody uses any more.</summary>
    public void Give(byte[] array)
    {
        lock (_lock)
        {
            _arrays.AddFirst(new WeakReference<byte[]>(array));
            if (_arrays.Count > kept)
            {
                _arrays.RemoveLast();
            }
        }
    }
}
