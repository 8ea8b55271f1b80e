using System.Text.Json;
using Emergence.Demo.Trainer;
using Emergence.Stages.Input;
using Emergence.Stages.Models;
using Emergence.Stages.Tokens;
using TorchSharp;

namespace Emergence.Demo.Tests.Trainer;

public sealed class DemoTrainerTests : IDisposable
{
    private static readonly long[] Grid = [0, 1, 2, 4, 8, 16, 32, 40];
    private readonly TinyTraining _tiny = new();

    public void Dispose() => _tiny.Dispose();

    private static void Run(TrainerOptions options, Action<TrainerProgress>? progress = null, CancellationToken cancellation = default) =>
        DemoTrainer.Run(options, progress ?? (_ => { }), cancellation);

    private static byte[] Weights(TrainerOptions options, long step) => File.ReadAllBytes(Path.Combine(DemoTrainer.CheckpointFolderOf(options.Folder, step), "model.safetensors"));

    private static JsonElement State(TrainerOptions options, long step)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(DemoTrainer.CheckpointFolderOf(options.Folder, step), "trainer_state.json")));
        return json.RootElement.Clone();
    }

    private static void SameWeights(TrainerOptions expected, TrainerOptions actual)
    {
        Assert.All(Grid, step => Assert.Equal(Weights(expected, step), Weights(actual, step)));
        Assert.All(Grid, step => Assert.Equal(State(expected, step).GetProperty("loss").GetDouble(), State(actual, step).GetProperty("loss").GetDouble()));
    }

    [Fact]
    public void Training_leaves_a_loadable_checkpoint_at_every_step_of_the_grid_and_the_loss_falls()
    {
        var options = _tiny.Options("run");
        var told = new List<TrainerProgress>();
        var before = torch.Tensor.TotalCount;
        Run(options, told.Add);

        Assert.Equal(before, torch.Tensor.TotalCount);
        Assert.Equal(Enumerable.Range(0, 41).Select(s => (long)s), told.Select(p => p.Step));
        Assert.Equal(Grid, told.Where(p => p.Checkpoint is not null).Select(p => p.Step));
        Assert.Equal(Grid.Select(s => $"step{s}").Order(), Directory.GetDirectories(options.Folder, "step*").Select(d => Path.GetFileName(d)!).Order());
        Assert.Equal(48 * 40, told[^1].TokensSeen);

        var tokenizer = TokenizerFile.Load(options.Tokenizer);
        var batch = new TrainingStream(TrainingText.Read(options.Text, tokenizer), 9).Read(0, 20, 16);
        var losses = Grid.Select(step =>
        {
            var folder = DemoTrainer.CheckpointFolderOf(options.Folder, step);
            Assert.Equal(File.ReadAllBytes(options.Tokenizer), File.ReadAllBytes(Path.Combine(folder, "tokenizer.json")));
            Assert.Equal(step, State(options, step).GetProperty("step").GetInt64());
            Assert.Equal(48 * step, State(options, step).GetProperty("tokens_seen").GetInt64());
            using var model = LanguageModel.Load(folder, options.Model(tokenizer.VocabularySize));
            return model.Loss(batch);
        }).ToArray();

        // Untrained: nearly even over 11 words. Trained: two words can follow, ln 2 = 0.69.
        Assert.InRange(losses[0], 2.2, 2.7);
        Assert.InRange(losses[^1], 0.6, 1.2);
        Assert.InRange(told[0].Loss, 2.2, 2.7);
        Assert.InRange(told[^1].Loss, 0.6, 1.6);
    }

    [Fact]
    public void Killed_at_any_step_and_started_again_it_ends_with_the_same_bytes()
    {
        var undisturbed = _tiny.Options("whole");
        Run(undisturbed);
        var random = new Random(3);
        for (var trial = 0; trial < 6; trial++)
        {
            var options = _tiny.Options($"killed{trial}");

            // An exception out of the callback ends the run where it stands, without any state being saved: as a kill does.
            for (var kills = 0; kills < 2; kills++)
            {
                var end = random.Next(41);
                Assert.Throws<TimeoutException>(() => Run(options, p =>
                {
                    if (p.Step >= end)
                    {
                        throw new TimeoutException();
                    }
                }));
            }

            var written = Directory.GetFiles(options.Folder, "model.safetensors", SearchOption.AllDirectories).ToDictionary(f => f, File.GetLastWriteTimeUtc);
            Run(options);
            Assert.All(written, w => Assert.Equal(w.Value, File.GetLastWriteTimeUtc(w.Key)));
            SameWeights(undisturbed, options);
        }
    }

    [Fact]
    public void Cancelled_it_loses_no_step_and_goes_on_to_the_same_bytes()
    {
        var undisturbed = _tiny.Options("whole");
        Run(undisturbed);
        var options = _tiny.Options("cancelled");
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Run(
            options,
            p =>
            {
                if (p.Step == 21)
                {
                    source.Cancel();
                }
            },
            source.Token));
        var told = new List<TrainerProgress>();
        Run(options, told.Add);
        Assert.Equal(21, told[0].Step);
        SameWeights(undisturbed, options);
    }

    [Fact]
    public void Killed_between_state_and_checkpoint_the_checkpoint_is_written_at_the_next_start()
    {
        var undisturbed = _tiny.Options("whole");
        Run(undisturbed);
        var options = _tiny.Options("between");
        Assert.Throws<TimeoutException>(() => Run(options, p =>
        {
            if (p.Step == 16)
            {
                throw new TimeoutException();
            }
        }));
        Directory.Delete(DemoTrainer.CheckpointFolderOf(options.Folder, 16), recursive: true);
        Directory.CreateDirectory(Path.Combine(options.Folder, ".tmp-1-step16"));
        var told = new List<TrainerProgress>();
        Run(options, told.Add);
        Assert.Equal(16, told[0].Step);
        Assert.False(Directory.Exists(Path.Combine(options.Folder, ".tmp-1-step16")));
        SameWeights(undisturbed, options);
    }

    [Fact]
    public void A_finished_training_is_not_touched()
    {
        var options = _tiny.Options("run");
        Run(options);
        var told = new List<TrainerProgress>();
        Run(options, told.Add);
        Assert.Equal(40, Assert.Single(told).Step);
        Assert.Null(told[0].Checkpoint);
    }

    [Fact]
    public void A_folder_of_another_training_is_refused_naming_what_differs()
    {
        var options = _tiny.Options("run");
        Run(options);
        Assert.Equal("option seed", Assert.Throws<BadInputException>(() => Run(options with { Seed = 2 })).Place);
        Assert.Equal("option model", Assert.Throws<BadInputException>(() => Run(options with { Layers = 3 })).Place);
        File.AppendAllText(options.Text, """{"id":"new","tokens":["cat"]}""" + "\n");
        Assert.Equal("option text", Assert.Throws<BadInputException>(() => Run(options)).Place);
    }

    [Fact]
    public void Checkpoints_without_a_state_are_refused()
    {
        var options = _tiny.Options("foreign");
        Directory.CreateDirectory(Path.Combine(options.Folder, "step7"));
        Assert.Equal("step7", Assert.Throws<BadInputException>(() => Run(options)).Place);
    }

    [Fact]
    public void A_second_trainer_in_the_folder_is_refused()
    {
        var options = _tiny.Options("run");
        var refused = 0;
        Run(options with { Steps = 1 }, _ =>
        {
            Assert.Throws<BadInputException>(() => Run(options));
            refused++;
        });
        Assert.Equal(2, refused);
    }

    [Fact]
    public void Every_wrong_option_is_listed()
    {
        var problems = (_tiny.Options("run") with { Steps = 0, BatchRows = 0, Heads = 3, LearningRate = 0, Threads = 0 }).Problems();
        Assert.Equal(5, problems.Count);
        Assert.Throws<ArgumentException>(() => Run(_tiny.Options("run") with { Context = 1 }));
    }

    [Fact]
    public void Another_seed_gives_other_weights()
    {
        var one = _tiny.Options("one") with { Steps = 1 };
        var two = _tiny.Options("two") with { Steps = 1, Seed = 2 };
        Run(one);
        Run(two);
        Assert.NotEqual(Weights(one, 0), Weights(two, 0));
    }
}
