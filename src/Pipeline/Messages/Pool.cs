using System.Collections.Concurrent;

namespace Emergence.Pipeline.Messages;

/// <summary>
/// Buffers that are used again and again. It makes one when none is free, so it holds as many as were ever in use at once,
/// which the bounded stages of the graph limit. Safe from any thread.
/// </summary>
/// <typeparam name="T">What is pooled.</typeparam>
/// <param name="make">Makes a buffer.</param>
public sealed class Pool<T>(Func<T> make)
    where T : class
{
    private readonly ConcurrentBag<T> _free = [];

    /// <summary>Takes a buffer; its content is whatever its last user left.</summary>
    /// <returns>A buffer that nobody else has.</returns>
    public T Rent() => _free.TryTake(out var item) ? item : make();

    /// <summary>Gives a buffer back.</summary>
    /// <param name="item">A rented buffer; the caller must not use it any more.</param>
    public void Return(T item) => _free.Add(item);
}
