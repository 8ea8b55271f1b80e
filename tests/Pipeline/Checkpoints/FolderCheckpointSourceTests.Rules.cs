using Emergence.Pipeline.Checkpoints;

namespace Emergence.Pipeline.Tests.Checkpoints;

// What makes a checkpoint whole, which are taken, and a folder that is out of reach.
public sealed partial class FolderCheckpointSourceTests
{
    [Fact]
    public async Task Without_any_report_the_slow_look_finds_what_was_written()
    {
        var source = Source(s_follow with { Poll = TimeSpan.FromMinutes(5) });
        await using var reader = source.ReadAsync(default).GetAsyncEnumerator();
        var next = reader.MoveNextAsync().AsTask();
        await _clock.WaitedForAsync();
        _files.Write("step1", 1);

        // A silent file system: nothing is seen before the poll is due, and the settling after it needs no report either.
        await _clock.AdvanceWhenWaitedForAsync(TimeSpan.FromMilliseconds(50));
        await _clock.AdvanceWhenWaitedForAsync(TimeSpan.FromMinutes(4));
        Assert.False(next.IsCompleted);
        Assert.Empty(source.Pending);
        Assert.Equal(1, (await TakenAsync(next, reader, TimeSpan.FromSeconds(30))).Step);
        Assert.True(_clock.GetUtcNow() >= new DateTimeOffset(2030, 1, 1, 0, 5, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task With_a_marker_a_checkpoint_counts_once_the_file_is_there()
    {
        var folder = _files.Write("step1", 1);
        _files.Write("step2", 2);
        var refused = Assert.IsType<RefusedCheckpoint>((await AllAsync(new FolderSourceOptions { Marker = "COMPLETE" }))[0]);
        Assert.Contains("COMPLETE is missing", refused.Problem.Message, StringComparison.Ordinal);

        var source = Source(s_follow with { Marker = "COMPLETE", UntilStep = 1 });
        await using var reader = source.ReadAsync(default).GetAsyncEnumerator();
        var next = reader.MoveNextAsync().AsTask();
        for (var i = 0; i < 20; i++)
        {
            await LookAsync();
        }

        Assert.False(next.IsCompleted);
        Assert.Contains("COMPLETE is missing", source.Pending[0].Reason, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "COMPLETE"), "");
        Assert.Equal(1, Assert.IsType<ArrivedCheckpoint>(await TakenAsync(next, reader, TimeSpan.FromMilliseconds(250))).Step);
    }

    [Fact]
    public async Task A_marker_alone_makes_nothing_whole()
    {
        var folder = _files.Write("step1", 1);
        File.WriteAllText(Path.Combine(folder, "COMPLETE"), "");
        File.Delete(Path.Combine(folder, "model.safetensors"));
        Assert.IsType<RefusedCheckpoint>(Assert.Single(await AllAsync(new FolderSourceOptions { Marker = "COMPLETE" })));
    }

    [Fact]
    public async Task A_checkpoint_without_tokenizer_is_whole_when_the_run_has_one_and_otherwise_the_remedy_is_named()
    {
        File.Delete(Path.Combine(_files.Write("step1", 1), "tokenizer.json"));
        var refused = Assert.IsType<RefusedCheckpoint>(Assert.Single(await AllAsync(new FolderSourceOptions())));
        Assert.Contains("--tokenizer FILE", refused.Problem.Remedy, StringComparison.Ordinal);
        Assert.IsType<ArrivedCheckpoint>(Assert.Single(await AllAsync(new FolderSourceOptions { Contents = new ModelContents(tokenizerNeeded: false) })));
    }

    [Fact]
    public async Task A_person_who_waits_with_a_checkpoint_that_stays_incomplete_is_told_why_once()
    {
        File.Delete(Path.Combine(_files.Write("step1", 1), "tokenizer.json"));
        var source = Source(s_follow);
        await using var reader = source.ReadAsync(default).GetAsyncEnumerator();
        var told = Assert.IsType<UnfinishedCheckpoint>(await NextAsync(reader));
        Assert.Contains("--tokenizer FILE", told.Problem.Message, StringComparison.Ordinal);
        Assert.True(_clock.GetUtcNow() >= new DateTimeOffset(2030, 1, 1, 0, 1, 0, TimeSpan.Zero));
        _files.Write("step1", 1);
        Assert.IsType<ArrivedCheckpoint>(await NextAsync(reader));
    }

    [Fact]
    public async Task Other_names_are_found_by_their_pattern()
    {
        _files.Write("model_0020", 1);
        _files.Write("step10", 2);
        var arrivals = await AllAsync(new FolderSourceOptions { Pattern = CheckpointPattern.Parse("model_([0-9]+)") });
        Assert.Equal(20, Assert.Single(arrivals).Step);
    }

    [Fact]
    public async Task A_reader_that_is_behind_takes_the_newest_and_learns_of_the_others()
    {
        _files.Write("step1", 1);
        _files.Write("step2", 2);
        _files.Write("step3", 3);
        var source = Source(s_follow with { WhenBehind = BehindPolicy.Latest, UntilStep = 3 });
        var all = source.ReadAsync(default).ToListAsync().AsTask();
        while (!all.IsCompleted)
        {
            await Task.WhenAny(all, _clock.AdvanceWhenWaitedForAsync(s_follow.Settle));
        }

        Assert.Equal([typeof(PassedOverCheckpoint), typeof(PassedOverCheckpoint), typeof(ArrivedCheckpoint)], (await all).Select(a => a.GetType()));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_listed_for_a_while_makes_nothing_vanish()
    {
        var half = _files.Write("step1", 1);
        File.Delete(Path.Combine(half, "config.json"));
        _files.Write("step2", 2);
        var source = Source(s_follow);
        await using var reader = source.ReadAsync(default).GetAsyncEnumerator();
        var next = reader.MoveNextAsync().AsTask();
        for (var passed = TimeSpan.Zero; passed <= s_follow.Settle; passed += TimeSpan.FromMilliseconds(50))
        {
            await LookAsync();
        }

        Assert.Equal(2, source.Pending.Count);

        var away = _files.Root + "-away";
        Directory.Move(_files.Root, away);
        await LookAsync();
        Assert.Empty(source.Pending);
        Directory.Move(away, _files.Root);
        File.WriteAllText(Path.Combine(half, "config.json"), "{}");
        Assert.Equal(1, Assert.IsType<ArrivedCheckpoint>(await TakenAsync(next, reader, TimeSpan.FromMilliseconds(250))).Step);
        Assert.Equal(2, Assert.IsType<ArrivedCheckpoint>(await NextAsync(reader)).Step);
    }
}
