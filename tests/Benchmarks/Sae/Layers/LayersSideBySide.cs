using Emergence.Stages.Sae;
using static TorchSharp.torch;

namespace Emergence.Benchmarks.Sae.Layers;

/// <summary>As many long-lived threads as there are cores, each with its share of the trainers, which have one thread each; libtorch too.</summary>
internal sealed class LayersSideBySide : IDisposable
{
    private readonly SaeTrainer[] _trainers;
    private readonly Thread[] _threads;
    private readonly Barrier _barrier;
    private readonly int _allThreads;
    private Tensor? _batch;
    private Exception? _fault;

    public LayersSideBySide(SaeOptions options, int d, int layers, int threads)
    {
        _allThreads = threads;
        _trainers = [.. Enumerable.Range(1, layers).Select(i => LayersInTurn.Begun(options with { Seed = (ulong)i }, d, threads: 1))];
        var count = Math.Min(threads, layers);
        _barrier = new Barrier(count + 1);
        _threads = [.. Enumerable.Range(0, count).Select(t => new Thread(() => Work(t, count)) { IsBackground = true })];
        foreach (var thread in _threads)
        {
            thread.Start();
        }

        _barrier.SignalAndWait();
        // The number is kept per thread, but the latest one is also what a new thread begins with.
        set_num_threads(_allThreads);
    }

    public void Train(Tensor batch)
    {
        _batch = batch;
        _barrier.SignalAndWait();
        _barrier.SignalAndWait();
        if (_fault is not null)
        {
            throw new AggregateException(_fault);
        }
    }

    public void Dispose()
    {
        _batch = null;
        _barrier.SignalAndWait();
        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _barrier.Dispose();
        foreach (var trainer in _trainers)
        {
            trainer.Dispose();
        }
    }

    private void Work(int thread, int count)
    {
        set_num_threads(1);
        _barrier.SignalAndWait();
        while (true)
        {
            _barrier.SignalAndWait();
            if (_batch is not { } batch)
            {
                return;
            }

            try
            {
                for (var i = thread; i < _trainers.Length; i += count)
                {
                    _trainers[i].Step(batch);
                }
            }
            catch (Exception e)
            {
                _fault = e;
            }

            _barrier.SignalAndWait();
        }
    }
}
