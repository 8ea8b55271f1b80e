using Emergence.Pipeline.Flow;

namespace Emergence.Pipeline.Tests.Flow;

public class LeaseCounterTests
{
    private readonly LeaseCounter _leases = new();

    [Fact]
    public void A_leak_is_named_by_kind()
    {
        using var item = new Item(_leases, 1);
        using var other = new Item(_leases, 2);
        using var mark = new Mark(_leases, 1);
        using var buffer = _leases.Take("buffer");
        var leak = Assert.Throws<LeaseLeakException>(_leases.ThrowIfAny);
        Assert.Equal("left alive: 2 Item, 1 Mark, 1 buffer", leak.Message);
        Assert.Equal(4, _leases.Outstanding);
    }

    [Fact]
    public void Disposing_twice_counts_once()
    {
        var item = new Item(_leases, 1);
        using var other = new Item(_leases, 2);
        item.Dispose();
        item.Dispose();
        Assert.True(item.IsDisposed);
        Assert.Equal(1, _leases.Outstanding);
    }

    [Fact]
    public void A_message_that_fails_in_dispose_is_not_counted_any_more()
    {
        var item = new Item(_leases, 1) { FailsInDispose = new IOException("no") };
        Assert.Throws<IOException>(item.Dispose);
        _leases.ThrowIfAny();
    }

    [Fact]
    public void Counting_is_safe_from_many_threads()
    {
        Parallel.For(0, 20_000, i => new Item(_leases, i).Dispose());
        Assert.Equal(0, _leases.Outstanding);
        _leases.ThrowIfAny();
    }
}
