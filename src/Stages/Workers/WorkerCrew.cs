using System.Diagnostics;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace Emergence.Stages.Workers;

/// <summary>
/// A fixed crew of long-lived threads that compute on the CPU: SAEs, and the forward pass. Several may share one: their steps then take turns, each
/// with all the threads, and the cores are never oversubscribed. Which thread takes a piece of work depends on timing; what a piece
/// computes does not, so results do not depend on the number of threads.
/// </summary>
/// <remarks>
/// libtorch's products run on these threads too, one thread each: a piece's product is still in that core's cache when the piece's latents
/// are selected, and no second team of threads competes for the cores.
/// </remarks>
public sealed class WorkerCrew : IDisposable
{
    // Phases of a step follow each other within microseconds: waiting awake is cheaper than being woken, for about this long.
    private static readonly long AwakeTicks = Stopwatch.Frequency / 20_000;

    private readonly Thread[] _threads;
    private readonly object _turn = new();
    private readonly AutoResetEvent _posted = new(false);
    private readonly AutoResetEvent _finished = new(false);
    // Per thread: it sleeps, or is about to; who takes the mark away must wake it.
    private readonly AutoResetEvent[] _wake;
    private readonly int[] _asleep;
    private Action? _job;
    private Action<int, int>? _kernel;
    private ExceptionDispatchInfo? _failure;
    private int _pieces;
    private int _next;
    private int _busy;
    private int _round;
    private bool _stop;

    /// <summary>Starts the threads.</summary>
    /// <param name="count">How many; at least 1.</param>
    public WorkerCrew(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Count = count;
        var ownProducts = get_num_threads();
        _threads = new Thread[count];
        _wake = new AutoResetEvent[count];
        _asleep = new int[count];
        using var ready = new CountdownEvent(count);
        for (var i = 0; i < count; i++)
        {
            var worker = i;
            _wake[i] = new AutoResetEvent(false);
            _threads[i] = new Thread(() =>
            {
                // libtorch sets a thread's number from the common one at its first use, and would undo what was set before that.
                _ = get_num_threads();
                set_num_threads(1);
                ready.Signal();
                if (worker == 0)
                {
                    Lead();
                }
                else
                {
                    Follow(worker);
                }
            })
            { IsBackground = true, Name = $"worker-{worker}" };
            _threads[i].Start();
        }

        ready.Wait();
        // The number set last is also what threads that never set one take: put back what was there.
        set_num_threads(ownProducts);
    }

    /// <summary>Number of threads.</summary>
    public int Count { get; }

    /// <summary>Ends the threads. No trainer may use them any more.</summary>
    public void Dispose()
    {
        lock (_turn)
        {
            if (_stop)
            {
                return;
            }

            Volatile.Write(ref _stop, true);
            for (var worker = 1; worker < Count; worker++)
            {
                Wake(worker);
            }

            _posted.Set();
            for (var worker = 0; worker < Count; worker++)
            {
                _threads[worker].Join();
                _wake[worker].Dispose();
            }

            _posted.Dispose();
            _finished.Dispose();
        }
    }

    /// <summary>Runs <paramref name="job"/> on the first thread, after the jobs before it, and waits for its end.</summary>
    internal void Run(Action job)
    {
        ExceptionDispatchInfo? failure;
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_stop, this);
            _job = job;
            _posted.Set();
            _finished.WaitOne();
            (failure, _failure) = (_failure, null);
        }

        failure?.Throw();
    }

    /// <summary>
    /// Only within <see cref="Run"/>: calls <paramref name="kernel"/>(piece, worker) for pieces 0 … <paramref name="pieces"/> − 1 on all threads.
    /// </summary>
    internal void For(int pieces, Action<int, int> kernel)
    {
        if (Count == 1 || pieces <= 1)
        {
            for (var piece = 0; piece < pieces; piece++)
            {
                kernel(piece, 0);
            }

            return;
        }

        _kernel = kernel;
        _pieces = pieces;
        _next = 0;
        Volatile.Write(ref _busy, Count - 1);
        Interlocked.Increment(ref _round);
        for (var worker = 1; worker < Count; worker++)
        {
            Wake(worker);
        }

        try
        {
            Work(0);
        }
        finally
        {
            Await(0, 0);
        }

        if (_failure is { } failure)
        {
            _failure = null;
            failure.Throw();
        }
    }

    private void Lead()
    {
        while (true)
        {
            _posted.WaitOne();
            if (Volatile.Read(ref _stop))
            {
                return;
            }

            try
            {
                _job!();
            }
            catch (Exception e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }

            _finished.Set();
        }
    }

    private void Follow(int worker)
    {
        var seen = 0;
        while (Await(worker, seen))
        {
            seen++;
            try
            {
                Work(worker);
            }
            catch (Exception e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }

            if (Interlocked.Decrement(ref _busy) == 0)
            {
                Wake(0);
            }
        }
    }

    private void Work(int worker)
    {
        while (true)
        {
            var piece = Interlocked.Increment(ref _next) - 1;
            if (piece >= _pieces)
            {
                return;
            }

            _kernel!(piece, worker);
        }
    }

    // The first thread waits for the others' end, the others for the next round; false when there will be none.
    private bool Await(int worker, int seen)
    {
        var end = Stopwatch.GetTimestamp() + AwakeTicks;
        while (!Arrived(worker, seen))
        {
            if (Stopwatch.GetTimestamp() < end)
            {
                Thread.SpinWait(8);
                continue;
            }

            Interlocked.Exchange(ref _asleep[worker], 1);
            // What came before the mark was set wakes nobody; what comes after it does, and its signal must not be left over.
            if (!Arrived(worker, seen) || Interlocked.Exchange(ref _asleep[worker], 0) == 0)
            {
                _wake[worker].WaitOne();
            }
        }

        return !Volatile.Read(ref _stop);
    }

    private void Wake(int worker)
    {
        if (Interlocked.Exchange(ref _asleep[worker], 0) == 1)
        {
            _wake[worker].Set();
        }
    }

    private bool Arrived(int worker, int seen)
        => Volatile.Read(ref _stop) || (worker == 0 ? Volatile.Read(ref _busy) == 0 : Volatile.Read(ref _round) != seen);
}
