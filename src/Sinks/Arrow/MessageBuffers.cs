namespace Emergence.Sinks.Arrow;

/// <summary>
/// Arrays for messages, used again once the message before is done with: pieces of a table are mostly of one length, and fresh memory costs
/// more than what is written into it. One user at a time.
/// </summary>
internal sealed class MessageBuffers
{
    private readonly SpareArrays _spare = new(kept: 8);
    private WeakReference<byte[]>? _lent;

    /// <summary>An array for the next message; the one that was lent before is taken back.</summary>
    /// <param name="length">Its length: a client's library takes an array as a whole.</param>
    /// <returns>An array of that length; its contents are arbitrary.</returns>
    public byte[] Next(int length)
    {
        if (_lent?.TryGetTarget(out var done) == true)
        {
            _spare.Give(done);
        }

        var array = _spare.Take(length, length) ?? GC.AllocateUninitializedArray<byte>(length);
        _lent = new(array);
        return array;
    }
}
