using System.Buffers.Binary;
using Emergence.Pipeline.Checkpoints;
using Emergence.Stages.Input;
using Emergence.TestKit;

namespace Emergence.Pipeline.Tests.Checkpoints;

public sealed partial class FolderCheckpointSourceTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private static readonly FolderSourceOptions s_follow = new() { Follow = true };

    private readonly CheckpointFiles _files = new();
    private readonly ManualClock _clock = new();
    private readonly FakeWatch _watch = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task What_is_there_is_given_in_step_order_and_then_the_sequence_ends()
    {
        _files.Write("step10", 1);
        _files.Write("checkpoint-9", 2);
        _files.WriteSharded("step-100", 3);
        _files.Write(".tmp-1-step11", 4);
        _files.Write("backup", 5);
        File.WriteAllText(_files.Folder("step12"), "a file, not a folder");
        File.WriteAllText(Path.Combine(_files.Folder("step10"), "trainer_state.json"), """{"step":10,"tokens_seen":5120,"loss":2.5}""");
        var arrivals = await AllAsync(new FolderSourceOptions());
        Assert.Equal(["checkpoint-9", "step10", "step-100"], arrivals.Select(a => Path.GetFileName(Assert.IsType<ArrivedCheckpoint>(a).Folder)));
        var second = (ArrivedCheckpoint)arrivals[1];
        Assert.Equal((10L, 5120L, 2.5), (second.Step, second.TokensSeen, second.Progress?.Loss));
        Assert.Null(((ArrivedCheckpoint)arrivals[0]).TokensSeen);
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "no config", "config.json is missing" },
        { "no tokenizer", "tokenizer.json is missing" },
        { "half a config", "not JSON" },
        { "config is a list", "a JSON object is expected, not a list" },
        { "no weights", "neither model.safetensors nor" },
        { "empty weights", "the file has 0 bytes" },
        { "cut in the header", "the header claims" },
        { "cut in the data", "its bytes end at 8, the file has 7 bytes" },
        { "header length lies", "the header claims 9223372036854775807 bytes" },
        { "offsets lie", "its bytes end at 1099511627776" },
        { "more than the header says", "belong to no tensor" },
        { "shard missing", "the shard is missing" },
        { "shard cut", "its bytes end at 8, the file has 4 bytes" },
        { "state of another step", "it is of step 3, in the folder of step 2" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_checkpoint_that_is_not_whole_is_refused_and_the_others_are_given(string fault, string problem)
    {
        _files.Write("step1", 1);
        Break(_files.WriteSharded("step2", 2), fault);
        _files.Write("step3", 3);
        var arrivals = await AllAsync(new FolderSourceOptions());
        Assert.Equal([1L, 2, 3], arrivals.Select(a => a.Step));
        Assert.IsType<ArrivedCheckpoint>(arrivals[0]);
        Assert.IsType<ArrivedCheckpoint>(arrivals[2]);
        var refused = Assert.IsType<RefusedCheckpoint>(arrivals[1]);
        Assert.Equal(RefusalReason.NotWhole, refused.Reason);
        Assert.Contains(problem, refused.Problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_to_look_at_is_bad_input_with_its_remedy()
    {
        Assert.Contains("no folder in it is a checkpoint", (await FailAsync(_files.Root, new())).Problem, StringComparison.Ordinal);
        Assert.Contains("no such folder", (await FailAsync(_files.Folder("none"), new())).Problem, StringComparison.Ordinal);
        Assert.Contains("no such folder", (await FailAsync(_files.Folder("none"), s_follow)).Problem, StringComparison.Ordinal);
        var checkpoint = _files.Write("step5", 1);
        Assert.Contains("itself a checkpoint", (await FailAsync(checkpoint, new())).Problem, StringComparison.Ordinal);
        Assert.Contains("none of its 1 checkpoints (steps 5 to 5)", (await FailAsync(_files.Root, new() { FromStep = 6 })).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_knows_all_steps_already_just_ends()
    {
        _files.Write("step5", 1);
        Assert.Empty(await AllAsync(new FolderSourceOptions { KnownSteps = new HashSet<long> { 5 } }));
    }

    [Fact]
    public async Task A_checkpoint_that_is_being_written_is_given_when_it_is_whole_and_still()
    {
        var whole = _files.Write("elsewhere", 1);
        var source = Source(s_follow);
        await using var reader = source.ReadAsync(default).GetAsyncEnumerator();
        var next = reader.MoveNextAsync().AsTask();
        await LookAsync();

        // File by file, as a slow writer does, a look after each.
        var folder = Directory.CreateDirectory(_files.Folder("step1")).FullName;
        foreach (var name in new[] { "config.json", "tokenizer.json" })
        {
            File.Copy(Path.Combine(whole, name), Path.Combine(folder, name));
            await LookAsync();
            Assert.NotEqual("its files were still changing", Assert.Single(source.Pending).Reason);
        }

        var bytes = File.ReadAllBytes(Path.Combine(whole, "model.safetensors"));
        for (var length = 0; length < bytes.Length; length += 16)
        {
            File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), bytes[..length]);
            await LookAsync();
            Assert.Equal(1, Assert.Single(source.Pending).Step);
            Assert.False(next.IsCompleted);
        }

        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), bytes);
        await LookAsync();
        var seenWhole = _clock.GetUtcNow();
        Assert.Equal("its files were still changing", Assert.Single(source.Pending).Reason);
        while (!next.IsCompleted)
        {
            await LookAsync();
        }

        Assert.True(await next);
        Assert.Equal(1, Assert.IsType<ArrivedCheckpoint>(reader.Current).Step);
        Assert.Equal(seenWhole, reader.Current.At);
        Assert.True(_clock.GetUtcNow() >= seenWhole + s_follow.Settle);
    }

    [Fact]
    public async Task A_step_that_never_becomes_whole_is_refused_after_a_while_and_late_when_it_does()
    {
        _files.Write("step1", 1);
        var half = _files.Write("step2", 2);
        File.Delete(Path.Combine(half, "config.json"));
        _files.Write("step3", 3);
        var source = Source(s_follow);
        await using var reader = source.ReadAsync(default).GetAsyncEnumerator();
        Assert.Equal(1, Assert.IsType<ArrivedCheckpoint>(await NextAsync(reader)).Step);
        Assert.Equal(2, Assert.IsType<RefusedCheckpoint>(await NextAsync(reader)).Step);
        Assert.True(_clock.GetUtcNow() >= new DateTimeOffset(2030, 1, 1, 0, 1, 0, TimeSpan.Zero));
        Assert.Equal(3, Assert.IsType<ArrivedCheckpoint>(await NextAsync(reader)).Step);
        File.WriteAllText(Path.Combine(half, "config.json"), "{}");
        var late = Assert.IsType<LateCheckpoint>(await NextAsync(reader));
        Assert.Equal((2L, 3L), (late.Step, late.NewestStep));
    }

    [Fact]
    public async Task Folders_may_go_away_while_they_are_looked_at()
    {
        _files.Write("step1", 1);
        var source = Source(s_follow);
        await using var reader = source.ReadAsync(default).GetAsyncEnumerator();
        var next = reader.MoveNextAsync().AsTask();
        await _clock.WaitedForAsync();
        Directory.Delete(_files.Root, recursive: true);
        await LookAsync();
        Assert.Empty(source.Pending);
        await LookAsync();
        Assert.False(next.IsCompleted);
        _files.Write("step2", 2);
        while (!next.IsCompleted)
        {
            await LookAsync();
        }

        Assert.True(await next);
        Assert.Equal(2, reader.Current.Step);
    }

    [Fact]
    public async Task It_goes_on_looking_while_the_reader_works()
    {
        _files.Write("step1", 1);
        _files.Write("step2", 2);
        var source = Source(s_follow);
        await using var reader = source.ReadAsync(default).GetAsyncEnumerator();
        Assert.Equal(1, (await NextAsync(reader)).Step);
        Assert.Equal(1, source.Waiting);
        _files.Write("step3", 3);
        while (source.Waiting < 2)
        {
            await LookAsync();
        }

        Assert.Equal(2, (await NextAsync(reader)).Step);
    }

    [Fact]
    public async Task Complete_hands_on_what_is_whole_refuses_the_rest_and_ends()
    {
        var source = Source(s_follow);
        var all = source.ReadAsync(default).ToListAsync().AsTask();
        await _clock.WaitedForAsync();
        _files.Write("step4", 1);
        File.Delete(Path.Combine(_files.Write("step2", 2), "tokenizer.json"));
        source.Complete();
        while (!all.IsCompleted)
        {
            await Task.WhenAny(all, _clock.AdvanceWhenWaitedForAsync(s_follow.Settle));
        }

        Assert.Equal([typeof(RefusedCheckpoint), typeof(ArrivedCheckpoint)], (await all).Select(a => a.GetType()));
    }

    [Fact]
    public async Task Following_ends_with_the_last_step_asked_for()
    {
        _files.Write("step4", 1);
        _files.Write("step8", 2);
        var source = Source(s_follow with { UntilStep = 4 });
        await using var reader = source.ReadAsync(default).GetAsyncEnumerator();
        Assert.Equal(4, (await NextAsync(reader)).Step);
        Assert.False(await reader.MoveNextAsync());
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_and_the_watch()
    {
        var source = new FolderCheckpointSource(_files.Root, s_follow, _clock, _watch.Start);
        using var stop = new CancellationTokenSource();
        var all = source.ReadAsync(stop.Token).ToListAsync().AsTask();
        await _clock.WaitedForAsync();
        Assert.False(_watch.Disposed);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => all.WaitAsync(s_limit));
        Assert.True(_watch.Disposed);
    }

    [Fact]
    public async Task A_report_of_a_change_brings_the_next_look_forward()
    {
        var source = Source(s_follow with { Poll = TimeSpan.FromDays(1) });
        using var stop = new CancellationTokenSource();
        var all = source.ReadAsync(stop.Token).ToListAsync().AsTask();
        await _clock.AdvanceWhenWaitedForAsync(TimeSpan.FromMilliseconds(50));
        await _clock.WaitedForAsync();
        _files.Write("step1", 1);
        Assert.Empty(source.Pending);

        // The report ends the wait of a day; the next timer is the one after the look. The clock stands still meanwhile.
        var timers = _clock.TimersSet;
        _watch.Report();
        await _clock.TimerSetAsync(timers + 1);
        Assert.Equal(1, Assert.Single(source.Pending).Step);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => all.WaitAsync(s_limit));
    }

    [Fact]
    public async Task The_systems_reports_alone_find_a_checkpoint_that_is_renamed_into_place()
    {
        var temporary = _files.Write(".tmp-1", 1);
        var options = new FolderSourceOptions { Follow = true, Settle = TimeSpan.FromMilliseconds(1), Poll = TimeSpan.FromHours(1), UntilStep = 2 };
        var source = new FolderCheckpointSource(_files.Root, options, TimeProvider.System);
        var all = source.ReadAsync(default).ToListAsync().AsTask();
        _files.Write("step1", 2);
        Directory.Move(temporary, _files.Folder("step2"));
        Assert.Equal([1L, 2], (await all.WaitAsync(s_limit)).Select(a => a.Step));
    }

    [Fact]
    public async Task The_sequence_can_be_gone_through_once()
    {
        _files.Write("step1", 1);
        var source = Source(new FolderSourceOptions());
        Assert.Single(await source.ReadAsync(default).ToListAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await source.ReadAsync(default).ToListAsync());
    }

    private static void Break(string folder, string fault)
    {
        string At(string name) => Path.Combine(folder, name);
        void Single(byte[] bytes)
        {
            File.Delete(At("model.safetensors.index.json"));
            File.WriteAllBytes(At("model.safetensors"), bytes);
        }

        var good = CheckpointFiles.Weights("w", 1);
        switch (fault)
        {
            case "no config": File.Delete(At("config.json")); break;
            case "no tokenizer": File.Delete(At("tokenizer.json")); break;
            case "half a config": File.WriteAllText(At("config.json"), "{\"hidden_size\":"); break;
            case "config is a list": File.WriteAllText(At("config.json"), "[]"); break;
            case "no weights": File.Delete(At("model.safetensors.index.json")); break;
            case "empty weights": Single([]); break;
            case "cut in the header": Single(good[..20]); break;
            case "cut in the data": Single(good[..^1]); break;
            case "header length lies":
                BinaryPrimitives.WriteInt64LittleEndian(good, long.MaxValue);
                Single(good);
                break;
            case "offsets lie": Single(CheckpointFiles.Weights("w", 1, "[1099511627768,1099511627776]")); break;
            case "more than the header says": Single([.. good, 0]); break;
            case "shard missing": File.Delete(At("model-2.safetensors")); break;
            case "shard cut": File.WriteAllBytes(At("model-2.safetensors"), CheckpointFiles.Weights("b", 3)[..^4]); break;
            case "state of another step": File.WriteAllText(At("trainer_state.json"), """{"global_step":3}"""); break;
            default: throw new ArgumentException(fault, nameof(fault));
        }
    }

    private FolderCheckpointSource Source(FolderSourceOptions options) => new(_files.Root, options, _clock, _watch.Start);

    private async Task<List<CheckpointArrival>> AllAsync(FolderSourceOptions options) => await Source(options).ReadAsync(default).ToListAsync();

    private async Task<BadInputException> FailAsync(string folder, FolderSourceOptions options) => await Assert.ThrowsAsync<BadInputException>(
        async () => await new FolderCheckpointSource(folder, options, _clock, new FakeWatch().Start).ReadAsync(default).ToListAsync());

    /// <summary>Lets the source look exactly once more, as a reported change makes it.</summary>
    private async Task LookAsync()
    {
        await _clock.WaitedForAsync();
        _watch.Report();
        await _clock.AdvanceWhenWaitedForAsync(TimeSpan.FromMilliseconds(50));
        await _clock.WaitedForAsync();
    }

    private async Task<CheckpointArrival> NextAsync(IAsyncEnumerator<CheckpointArrival> reader)
    {
        return await TakenAsync(reader.MoveNextAsync().AsTask(), reader, TimeSpan.FromMilliseconds(250));
    }

    private async Task<CheckpointArrival> TakenAsync(Task<bool> next, IAsyncEnumerator<CheckpointArrival> reader, TimeSpan stride)
    {
        while (!next.IsCompleted)
        {
            await Task.WhenAny(next, _clock.AdvanceWhenWaitedForAsync(stride));
        }

        Assert.True(await next);
        return reader.Current;
    }

    private sealed class FakeWatch : IDisposable
    {
        private Action _changed = () => { };

        public bool Disposed { get; private set; }

        public IDisposable Start(string folder, Action changed)
        {
            _changed = changed;
            return this;
        }

        public void Report() => _changed();

        public void Dispose() => Disposed = true;
    }
}
