using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;

namespace Emergence.Sinks.Tests.RunFolder;

public sealed class RunFolderReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Following_a_run_gives_each_step_once_in_order_as_it_is_committed()
    {
        using var store = SampleRun.Open(_folder["run"]);
        SampleRun.Commit(store, 1);
        SampleRun.Commit(store, 2);
        var time = new ManualTime();
        using var stop = new CancellationTokenSource();
        await using var steps = RunFolderReader.Open(_folder["run"]).FollowAsync(Tables.Curves, null, TimeSpan.FromSeconds(1), time, stop.Token).GetAsyncEnumerator(stop.Token);

        Assert.True(await steps.MoveNextAsync());
        Assert.Equal((1, 15, 0), (steps.Current.Step, steps.Current.Curves.Count, steps.Current.Features.Count));
        Assert.True(await steps.MoveNextAsync());
        Assert.Equal(2, steps.Current.Step);

        var next = steps.MoveNextAsync().AsTask();
        await time.SomebodyWaits;
        time.Advance();
        await time.SomebodyWaits;
        Assert.False(next.IsCompleted);
        SampleRun.Commit(store, 10);
        time.Advance();
        Assert.True(await next);
        Assert.Equal(10, steps.Current.Step);

        var last = steps.MoveNextAsync().AsTask();
        await time.SomebodyWaits;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => last);
    }

    [Fact]
    public async Task Following_begins_behind_the_step_that_is_named()
    {
        using var store = SampleRun.Open(_folder["run"]);
        SampleRun.Commit(store, 1);
        SampleRun.Commit(store, 2);
        await foreach (var result in store.Reader.FollowAsync(Tables.Health, 1, TimeSpan.FromSeconds(1), new ManualTime(), CancellationToken.None))
        {
            Assert.Equal(2, result.Step);
            break;
        }
    }

    [Fact]
    public void Steps_are_ordered_by_number_also_behind_ten_digits_and_other_folders_are_left_alone()
    {
        using var store = SampleRun.Open(_folder["run"]);
        SampleRun.Commit(store, 5);
        SampleRun.Commit(store, 9_999_999_999);
        SampleRun.Commit(store, 10_000_000_000);
        Directory.CreateDirectory(_folder["run/step-12"]);
        Directory.CreateDirectory(_folder["run/step-by-step"]);
        Directory.CreateDirectory(_folder["run/.tmp-step-0000000007"]);
        Assert.Equal([5, 9_999_999_999, 10_000_000_000], RunFolderReader.Open(_folder["run"]).ListSteps());
    }

    [Fact]
    public void The_description_comes_back()
    {
        using var store = SampleRun.Open(_folder["run"]);
        var description = RunFolderReader.Open(_folder["run"]).Description;
        Assert.Equal(SampleRun.Description().Identity, description.Identity);
        Assert.Equal(32, (int)description.Settings["sae"]!["k"]!);
    }
}
