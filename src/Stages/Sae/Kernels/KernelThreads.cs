namespace Emergence.Stages.Sae.Kernels;

/// <summary>
/// A fixed crew of long-lived workers, the caller among them, that runs one kernel at a time over fixed pieces of rows. Which
/// worker takes a piece depends on timing; what a piece computes does not, so neither does the result.
/// </summary>
internal sealed class KernelThreads : IDisposable
{
    private readonly Thread[] _helpers;
    private readonly SemaphoreSlim _start = new(0);
    private readonly CountdownEvent _done = new(1);
    private Action<int, int, int>? _kernel;
    private int _count;
    private int _piece;
    private int _next;
    private Exception? _failure;
    private volatile bool _stop;

    /// <param name="workers">Workers, the caller included; at least 1.</param>
    public KernelThreads(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        Workers = workers;
        _helpers = new Thread[workers - 1];
        for (var i = 0; i < _helpers.Length; i++)
        {
            var worker = i + 1;
            _helpers[i] = new Thread(() => Help(worker)) { IsBackground = true, Name = $"sae-kernel-{worker}" };
            _helpers[i].Start();
        }
    }

    /// <summary>Number of workers; a kernel's worker index is below it.</summary>
    public int Workers { get; }

    /// <summary>
    /// Runs <paramref name="kernel"/>(begin, end, worker) over [0, count) in pieces of <paramref name="piece"/> and returns when all are done.
    /// </summary>
    public void For(int count, int piece, Action<int, int, int> kernel)
    {
        if (_helpers.Length == 0 || count <= piece)
        {
            for (var begin = 0; begin < count; begin += piece)
            {
                kernel(begin, Math.Min(count, begin + piece), 0);
            }

            return;
        }

        _kernel = kernel;
        _count = count;
        _piece = piece;
        _next = 0;
        _failure = null;
        _done.Reset(_helpers.Length + 1);
        _start.Release(_helpers.Length);
        Work(0);
        _done.Wait();
        if (_failure is not null)
        {
            throw new AggregateException("a kernel failed", _failure);
        }
    }

    public void Dispose()
    {
        _stop = true;
        if (_helpers.Length > 0)
        {
            _start.Release(_helpers.Length);
        }

        foreach (var helper in _helpers)
        {
            helper.Join();
        }

        _start.Dispose();
        _done.Dispose();
    }

    private void Help(int worker)
    {
        while (true)
        {
            _start.Wait();
            if (_stop)
            {
                return;
            }

            Work(worker);
        }
    }

    private void Work(int worker)
    {
        try
        {
            while (true)
            {
                var begin = Interlocked.Add(ref _next, _piece) - _piece;
                if (begin >= _count)
                {
                    break;
                }

                _kernel!(begin, Math.Min(_count, begin + _piece), worker);
            }
        }
        catch (Exception e)
        {
            _failure = e;
        }

        _done.Signal();
    }
}
