using Emergence.Pipeline.Flow;
using static Emergence.Pipeline.Tests.Flow.TestGraph;

namespace Emergence.Pipeline.Tests.Flow;

/// <summary>One thread per device, one region at a time: the fourth trap.</summary>
public sealed class DeviceSchedulerTests : IDisposable
{
    private readonly DeviceScheduler _device = new("test-device");
    private readonly TestGraph _test = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task Stages_on_the_device_stay_on_its_thread_across_awaits_and_never_overlap()
    {
        var inside = 0;
        var threads = new HashSet<int>();
        void Region()
        {
            Assert.True(_device.IsCurrentThread);
            Assert.Equal(1, Interlocked.Increment(ref inside));
            threads.Add(Environment.CurrentManagedThreadId);
            Assert.Equal("test-device", Thread.CurrentThread.Name);
            Interlocked.Decrement(ref inside);
        }

        var capture = _test.Builder.Stage<Item, Item>("capture", _test.Count(50), 2, WhenFull.Wait, _device, async (item, emit) =>
        {
            Region();
            await emit.SendAsync(_test.Item(item.Number));
            Region();
            await Task.Yield();
            Region();
        });
        var sae = _test.Builder.Expand<Item, Item>("sae", capture, 1, WhenFull.Wait, _device, Pieces);
        var map = _test.Builder.Map<Item, Item>("measure", sae, 1, WhenFull.Wait, _device, item =>
        {
            Region();
            return item;
        });
        _test.Builder.Sink("slow", map, 1, WhenFull.Wait, Pool, async (_, _) =>
        {
            Assert.False(_device.IsCurrentThread);
            await Task.Yield();
        });
        using var graph = _test.Builder.Build();
        Assert.Equal(GraphOutcome.Completed, await graph.EndsAsync());
        Assert.Single(threads);
        Assert.Equal(150, graph.Snapshot()[^1].In);

        IEnumerable<Message> Pieces(Item item)
        {
            for (var i = 0; i < 3; i++)
            {
                Region();
                yield return _test.Item(i);
            }

            Region();
        }
    }

    [Fact]
    public async Task The_continuation_of_an_await_does_not_run_inside_the_code_that_completes_it()
    {
        var source = new TaskCompletionSource();
        var nested = false;
        var inside = false;
        var waiting = await _device.RunAsync(() => WaitAsync());
        await _device.RunAsync(() =>
        {
            inside = true;
            source.SetResult();
            inside = false;
            return 0;
        });
        await waiting.Comes();
        Assert.False(nested);

        async Task WaitAsync()
        {
            await source.Task;
            Assert.True(_device.IsCurrentThread);
            nested = inside;
        }
    }

    [Fact]
    public async Task Work_outside_the_graph_runs_on_the_same_thread_and_its_failure_is_its_own()
    {
        var first = await _device.RunAsync(() => Environment.CurrentManagedThreadId);
        Assert.Equal(first, await _device.RunAsync(() => Environment.CurrentManagedThreadId));
        await Assert.ThrowsAsync<IOException>(() => _device.RunAsync<int>(() => throw new IOException("no")));
        Assert.Equal(first, await _device.RunAsync(() => Environment.CurrentManagedThreadId));
    }

    [Fact]
    public async Task The_device_may_wait_for_a_task_of_its_own()
    {
        var sum = await _device.RunAsync(() => _device.RunAsync(() => 20).GetAwaiter().GetResult() + 1).Comes();
        Assert.Equal(21, sum);
    }

    [Fact]
    public async Task Dispose_finishes_what_is_queued_and_refuses_the_rest()
    {
        var device = new DeviceScheduler("short");
        var last = Enumerable.Range(0, 10).Select(i => device.RunAsync(() => i)).Last();
        device.Dispose();
        Assert.Equal(9, await last.Comes());
        await Assert.ThrowsAsync<TaskSchedulerException>(() => device.RunAsync(() => 1));
        device.Dispose();
    }

    [Fact]
    public async Task A_device_that_is_gone_fails_the_run_and_does_not_hang_it()
    {
        var gone = new DeviceScheduler("gone");
        gone.Dispose();
        _test.Collect(_test.Builder.Map<Item, Item>("capture", _test.Endless(), 1, WhenFull.Wait, gone, item => item));
        using var graph = _test.Builder.Build();
        Assert.IsType<StageFailedException>(await Record.ExceptionAsync(graph.EndsAsync));
    }
}
