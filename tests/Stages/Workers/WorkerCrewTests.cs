using Emergence.Stages.Workers;
using static TorchSharp.torch;

namespace Emergence.Stages.Tests.Workers;

public sealed class WorkerCrewTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Workers_do_every_piece_once_and_pass_a_failure_on(int count)
    {
        using var workers = new WorkerCrew(count);
        for (var round = 0; round < 200; round++)
        {
            var done = new int[23];
            workers.Run(() => workers.For(done.Length, (piece, worker) =>
            {
                Assert.InRange(worker, 0, count - 1);
                Interlocked.Increment(ref done[piece]);
            }));
            Assert.All(done, n => Assert.Equal(1, n));
        }

        Assert.Equal("at 7", Assert.Throws<InvalidOperationException>(
            () => workers.Run(() => workers.For(20, (piece, _) =>
            {
                if (piece == 7)
                {
                    throw new InvalidOperationException($"at {piece}");
                }
            }))).Message);
        var again = 0;
        workers.Run(() => workers.For(20, (_, _) => Interlocked.Increment(ref again)));
        Assert.Equal(20, again);
    }

    [Fact]
    public void Jobs_of_many_callers_take_turns()
    {
        using var workers = new WorkerCrew(2);
        var (inside, most, total) = (0, 0, 0);
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => workers.Run(() =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            workers.For(4, (_, _) => Interlocked.Increment(ref total));
            Interlocked.Decrement(ref inside);
        }));
        Assert.Equal((1, 256), (most, total));
    }

    [Fact]
    public void Products_use_one_thread_on_the_workers_and_what_was_set_elsewhere()
    {
        var before = get_num_threads();
        set_num_threads(2);
        using var workers = new WorkerCrew(2);
        var seen = new int[2];
        workers.Run(() =>
        {
            using var barrier = new Barrier(2);
            workers.For(2, (_, worker) =>
            {
                barrier.SignalAndWait();
                seen[worker] = get_num_threads();
            });
        });
        Assert.Equal([1, 1], seen);
        Assert.Equal(2, get_num_threads());
        set_num_threads(before);
    }

    [Fact]
    public void After_the_end_nothing_runs()
    {
        var workers = new WorkerCrew(2);
        workers.Dispose();
        workers.Dispose();
        Assert.Throws<ObjectDisposedException>(() => workers.Run(() => { }));
    }
}
