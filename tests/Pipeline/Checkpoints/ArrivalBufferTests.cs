using Emergence.Pipeline.Checkpoints;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Tests.Checkpoints;

public sealed class ArrivalBufferTests
{
    private static readonly DateTimeOffset s_at = DateTimeOffset.UnixEpoch;

    [Fact]
    public async Task A_queue_gives_every_checkpoint_in_order()
    {
        var buffer = Filled(BehindPolicy.Queue, 1, 2, 3);
        Assert.Equal(3, buffer.Waiting);
        Assert.Equal("1 2 3", await RestAsync(buffer));
    }

    [Fact]
    public async Task Latest_takes_the_newest_and_tells_of_those_it_passes_over()
    {
        var buffer = Filled(BehindPolicy.Latest, 1, 2, 5);
        var passed = Assert.IsType<PassedOverCheckpoint>(await buffer.TakeAsync(default));
        Assert.Equal((1, 3, 5), (passed.Step, passed.Waiting, passed.TakenStep));

        // What comes after the decision waits for the next one: step 2 was passed over for step 5 and not for step 8.
        buffer.Add([Arrived(8)]);
        Assert.Equal("2>5 5 8", await RestAsync(buffer));
    }

    [Fact]
    public async Task It_is_decided_when_the_reader_takes_and_not_when_they_are_found()
    {
        var buffer = new ArrivalBuffer(BehindPolicy.Latest);
        buffer.Add([Arrived(1)]);
        Assert.Equal(1, (await buffer.TakeAsync(default))!.Step);
        buffer.Add([Arrived(2)]);
        buffer.Add([Arrived(3)]);
        Assert.Equal("2>3 3", await RestAsync(buffer));
    }

    [Theory]
    [InlineData(1, "1 2 3 4 5 6 7")]
    [InlineData(2, "1>2 2 3>4 4 5>6 6 7")]
    [InlineData(3, "1>3 2>3 3 4>6 5>6 6 7")]
    [InlineData(5, "1>5 2>5 3>5 4>5 5 6>7 7")]
    [InlineData(9, "1>7 2>7 3>7 4>7 5>7 6>7 7")]
    public async Task Every_nth_of_those_that_wait_is_taken_and_the_newest_always_in_the_end(int n, string told) =>
        Assert.Equal(told, await RestAsync(Filled(BehindPolicy.Every(n), 1, 2, 3, 4, 5, 6, 7)));

    [Fact]
    public async Task Whoever_is_not_behind_passes_over_nothing()
    {
        var buffer = new ArrivalBuffer(BehindPolicy.Latest);
        for (var step = 1; step < 5; step++)
        {
            buffer.Add([Arrived(step)]);
            Assert.IsType<ArrivedCheckpoint>(await buffer.TakeAsync(default));
        }
    }

    [Fact]
    public async Task What_is_no_checkpoint_to_take_is_told_in_its_place_and_never_passed_over()
    {
        var buffer = new ArrivalBuffer(BehindPolicy.Latest);
        var problem = new BadInputException("step2", "", "broken", "Mend it");
        buffer.Add(
        [
            new LateCheckpoint(0, "step0", s_at, 1), Arrived(1), new RefusedCheckpoint(2, "step2", s_at, RefusalReason.NotWhole, problem), Arrived(3),
            new VanishedCheckpoint(4, "step4", s_at),
        ]);
        Assert.Equal("0? 1>3 2! 3 4-", await RestAsync(buffer));
    }

    [Fact]
    public async Task A_reader_waits_for_what_is_found_and_for_the_end()
    {
        var buffer = new ArrivalBuffer(BehindPolicy.Queue);
        var first = buffer.TakeAsync(default);
        Assert.False(first.IsCompleted);
        buffer.Add([Arrived(1)]);
        Assert.Equal(1, (await first)!.Step);
        var second = buffer.TakeAsync(default);
        buffer.End();
        Assert.Null(await second);
    }

    [Fact]
    public async Task A_fault_comes_after_what_was_found_and_cancelling_ends_a_wait()
    {
        var buffer = Filled(BehindPolicy.Queue, 1);
        buffer.End(new InvalidOperationException("the folder burns"));
        Assert.Equal(1, (await buffer.TakeAsync(default))!.Step);
        await Assert.ThrowsAsync<InvalidOperationException>(() => buffer.TakeAsync(default));

        using var stop = new CancellationTokenSource();
        var waiting = new ArrivalBuffer(BehindPolicy.Queue).TakeAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Theory]
    [InlineData("queue", 1)]
    [InlineData("LATEST", int.MaxValue)]
    [InlineData("every=4", 4)]
    public void Policies_are_read_as_the_command_line_has_them(string text, int stride)
    {
        Assert.True(BehindPolicy.TryParse(text, out var policy));
        Assert.Equal(stride, policy.Stride);
        Assert.Equal(text.ToLowerInvariant(), policy.ToString());
    }

    [Theory]
    [InlineData("every=0")]
    [InlineData("every=")]
    [InlineData("every=-2")]
    [InlineData("every=99999999999")]
    [InlineData("newest")]
    [InlineData("")]
    public void Anything_else_is_no_policy(string text) => Assert.False(BehindPolicy.TryParse(text, out _));

    private static ArrivedCheckpoint Arrived(long step) => new(step, $"step{step}", s_at, null);

    private static ArrivalBuffer Filled(BehindPolicy policy, params long[] steps)
    {
        var buffer = new ArrivalBuffer(policy);
        buffer.Add([.. steps.Select(Arrived)]);
        return buffer;
    }

    private static async Task<string> RestAsync(ArrivalBuffer buffer)
    {
        buffer.End();
        var told = new List<string>();
        while (await buffer.TakeAsync(default) is { } arrival)
        {
            told.Add(arrival.Step + arrival switch
            {
                PassedOverCheckpoint passed => $">{passed.TakenStep}",
                LateCheckpoint => "?",
                RefusedCheckpoint => "!",
                VanishedCheckpoint => "-",
                _ => "",
            });
        }

        Assert.Equal(0, buffer.Waiting);
        return string.Join(' ', told);
    }
}
