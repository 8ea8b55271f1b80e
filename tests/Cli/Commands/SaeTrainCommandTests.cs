using System.Text.Json;
using Emergence.Cli.Sae;
using Emergence.Cli.Tests.Sae;
using Emergence.Stages.Models.Safetensors;
using Emergence.Stages.Sae;

namespace Emergence.Cli.Tests.Commands;

[Collection(TensorCollection.Name)]
public sealed class SaeTrainCommandTests : IDisposable
{
    private readonly ActivationSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public async Task One_pass_is_the_default_and_everything_is_written_at_once()
    {
        Assert.Equal(0, await _sample.Train("out", "--json", "--seed", "7"));
        var json = _sample.Json();
        var trained = ActivationSample.Rows - 150;
        Assert.Equal((trained / 64, trained / 64 * 64, 150, trained), (Number("steps"), Number("tokens"), Number("eval_rows"), Number("train_rows")));
        Assert.Equal(("batchtopk", 3, 48, 16, 64, 7), (json.GetProperty("architecture").GetString(), Number("k"), Number("features"), Number("dimension"), Number("batch"), Number("seed")));
        Assert.InRange(json.GetProperty("fvu").GetDouble(), 0.01, 0.8);
        Assert.InRange(json.GetProperty("l0").GetDouble(), 2, 4);
        Assert.InRange(json.GetProperty("dead_fraction").GetDouble(), 0, 0.5);
        Assert.True(json.GetProperty("tokens_per_second").GetDouble() > 0);
        Assert.True(json.GetProperty("peak_memory_bytes").GetInt64() > 10_000_000);
        var seconds = json.GetProperty("seconds").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble());
        string[] kernels = ["decode", "gradients", "index", "optimiser", "product", "select"];
        Assert.Equal([.. kernels, "eval", "read", "step", "total"], seconds.Keys.OrderBy(name => !kernels.Contains(name)).ThenBy(name => name, StringComparer.Ordinal));
        Assert.All(seconds.Values, s => Assert.True(s >= 0));
        Assert.InRange(kernels.Sum(name => seconds[name]), 1e-6, (seconds["step"] * 1.05) + 0.01);
        Assert.Equal(
            ["saelens/cfg.json", "saelens/sae_weights.safetensors", "sparsify/layers.0/cfg.json", "sparsify/layers.0/sae.safetensors", "state.bin", "summary.json"],
            Files("out"));
        Assert.Equal(json.GetRawText(), JsonSerializer.Serialize(JsonDocument.Parse(File.ReadAllText(_sample["out/summary.json"]))));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_sample.Program.Folder, ".tmp*"));

        int Number(string name) => json.GetProperty(name).GetInt32();
    }

    // The same trainer fed by hand, with the rows in order over and over and the held-out ones left out.
    [Fact]
    public async Task More_steps_than_rows_go_over_them_again_in_order()
    {
        Assert.Equal(0, await _sample.Train("out", "--steps", "100", "--arch", "topk"));
        using var trainer = new SaeTrainer(new SaeOptions { Architecture = SaeArchitecture.TopK, Features = 48, K = 3, BatchTokens = 64, Seed = 0 }, ActivationSample.D);
        trainer.BeginCheckpoint(6400);
        var rows = _sample.Values[..((ActivationSample.Rows - 150) * ActivationSample.D)];
        trainer.Step([.. rows, .. rows, .. rows[..((6400 - (2 * 2850)) * ActivationSample.D)]]);
        trainer.EndTraining();
        using var state = new MemoryStream();
        trainer.SaveState(state);
        Assert.Equal(state.ToArray(), File.ReadAllBytes(_sample["out/state.bin"]));
    }

    [Fact]
    public async Task Another_file_of_held_out_rows_leaves_all_rows_to_train_on()
    {
        var eval = _sample.Npy("eval.npy", _sample.Values[..(40 * ActivationSample.D)]);
        Assert.Equal(0, await _sample.Train("out", "--eval", eval, "--json"));
        Assert.Contains($"40 of {eval} to score", _sample.Program.Error);
        Assert.Equal((40, ActivationSample.Rows, eval), (
            _sample.Json().GetProperty("eval_rows").GetInt32(), _sample.Json().GetProperty("train_rows").GetInt32(), _sample.Json().GetProperty("eval_from").GetString()));
        Assert.Equal(0, await _sample.Train("again", "--eval", _sample.File));
        Assert.Contains($"on the 3000 rows of {_sample.File}: fvu", _sample.Program.Output);
        Assert.DoesNotContain("not trained on", _sample.Program.Output);
        Assert.Equal(0, await _sample.Train("apart"));
        Assert.Contains($"on the last 150 rows of {_sample.File}, which were not trained on: fvu", _sample.Program.Output);
        var narrow = _sample["narrow.safetensors"];
        SafetensorsWriter.Write(narrow, [("activations", [4, 3], new float[12])]);
        Assert.Equal(3, await _sample.Train("other", "--eval", narrow));
        Assert.Contains("rows have 3 numbers", _sample.Program.Error);
    }

    [Fact]
    public async Task A_warm_start_goes_on_from_the_saved_state()
    {
        Assert.Equal(0, await _sample.Train("first", "--lr", "0.02"));
        Assert.Equal(0, await _sample.Sae("train", "--activations", _sample.File, "--out", _sample["second"], "--warm-from", _sample["first"], "--warm-lr-divisor", "4", "--batch", "64", "--steps", "5", "--json"));
        var json = _sample.Json();
        Assert.Equal((48, 3, 0.005, 0.02), (json.GetProperty("features").GetInt32(), json.GetProperty("k").GetInt32(), json.GetProperty("learning_rate").GetDouble(), json.GetProperty("cold_learning_rate").GetDouble()));
        using var trainer = new SaeTrainer(new SaeOptions { Features = 48, K = 3, BatchTokens = 64, LearningRate = 0.02, WarmLearningRateDivisor = 4, WarmPasses = 1, Seed = 0 }, ActivationSample.D);
        using (var state = File.OpenRead(_sample["first/state.bin"]))
        {
            trainer.LoadState(state, "first");
        }

        trainer.BeginCheckpoint(320);
        trainer.Step(_sample.Values.AsSpan(0, 320 * ActivationSample.D));
        trainer.EndTraining();
        using var expected = new MemoryStream();
        trainer.SaveState(expected);
        Assert.Equal(expected.ToArray(), File.ReadAllBytes(_sample["second/state.bin"]));

        Assert.Equal(2, await _sample.Train("third", "--warm-from", _sample["first"], "--features", "32", "--arch", "topk"));
        Assert.Contains("32 differs from the 48", _sample.Program.Error);
        Assert.Contains("TopK differs from the BatchTopK", _sample.Program.Error);
        File.WriteAllBytes(_sample["first/state.bin"], [1, 2, 3]);
        Assert.Equal(3, await _sample.Train("third", "--warm-from", _sample["first"]));
        Assert.Contains("Name a folder that sae train has written", _sample.Program.Error);
        Assert.False(Directory.Exists(_sample["third"]));
    }

    [Fact]
    public async Task Labels_give_the_best_feature_of_each()
    {
        // The label follows from the row itself: which half the first number lies in.
        var labels = _sample.Program.File("labels.txt", string.Concat(Enumerable.Range(0, ActivationSample.Rows).Select(r => r % 10 == 9 ? "\n" : _sample.Values[r * ActivationSample.D] > 0 ? "high\n" : "low\n")));
        Assert.Equal(0, await _sample.Train("out", "--labels", labels));
        using var json = JsonDocument.Parse(File.ReadAllText(_sample["out/labels.json"]));
        var rows = json.RootElement.EnumerateArray().ToDictionary(e => e.GetProperty("label").GetString()!, e => e);
        Assert.Equal(["high", "low"], rows.Keys.Order());
        Assert.Equal(135, rows.Values.Sum(e => e.GetProperty("rows").GetInt32()));
        Assert.All(rows.Values, e =>
        {
            var (p, r) = (e.GetProperty("precision").GetDouble(), e.GetProperty("recall").GetDouble());
            Assert.Equal(2 * p * r / (p + r), e.GetProperty("best_f1").GetDouble(), 1e-9);
            Assert.InRange(e.GetProperty("feature").GetInt32(), 0, 47);
        });
        Assert.Matches(@"(high|low): feature \d+, F1 0\.\d+ \(precision", _sample.Program.Output);

        var few = _sample.Program.File("few.txt", "a\nb\n");
        Assert.Equal(3, await _sample.Train("other", "--labels", few));
        Assert.Contains("there are 2 labels", _sample.Program.Error);
    }

    [Fact]
    public async Task Wrong_usage_is_told_all_at_once_and_nothing_is_written()
    {
        Assert.Equal(2, await _sample.Sae("train", "--k", "0", "--lr", "3", "--batch", "x", "--arch", "best"));
        foreach (var said in new[] { "--activations: is missing", "--out: is missing", "--k: 0 is out of range", "--lr: 3 is not above 0", "--batch: \"x\"", "--arch: \"best\"" })
            Assert.Contains(said, _sample.Program.Error);
        Assert.Equal(2, await _sample.Train("out", "--k", "49"));
        Assert.Contains("k is 49 but there are 48 features", _sample.Program.Error);
        _sample.Program.SubFolder("full");
        _sample.Program.File("full/mine.txt", "");
        Assert.Equal(2, await _sample.Train("full"));
        Assert.Contains("not an empty folder", _sample.Program.Error);
        Assert.Equal(2, await _sample.Sae("train", "--nothing"));
        Assert.Contains("See ./emergence sae train --help.", _sample.Program.Error);
        Assert.Equal(["mine.txt"], Files("full"));
    }

    [Fact]
    public async Task Without_a_CUDA_device_it_says_so()
    {
        if (TorchSharp.torch.cuda.is_available())
            return;
        Assert.Equal(2, await _sample.Train("out", "--device", "cuda"));
        Assert.Contains("no CUDA device is there. use --device cpu", _sample.Program.Error);
    }

    [Fact]
    public async Task Rows_that_are_no_numbers_are_left_out_while_training_and_refused_where_they_score()
    {
        var broken = _sample.Values.ToArray();
        broken[(1000 * ActivationSample.D) + 3] = float.NaN;
        var file = _sample.Npy("broken.npy", broken);
        Assert.Equal(0, await _sample.Sae("train", "--activations", file, "--out", _sample["out"], "--features", "48", "--k", "3", "--batch", "64", "--steps", "50", "--json"));
        // 3200 rows of 2850: row 1000 comes once.
        Assert.Equal((1, 49), (_sample.Json().GetProperty("refused_batches").GetInt32(), _sample.Json().GetProperty("steps").GetInt32()));
        Assert.Contains("the first in row 1000", _sample.Program.Error);

        broken[(2990 * ActivationSample.D) + 3] = float.NegativeInfinity;
        _sample.Npy("broken.npy", broken);
        Assert.Equal(3, await _sample.Sae("train", "--activations", file, "--out", _sample["other"], "--features", "48", "--k", "3"));
        Assert.Contains("row 2990", _sample.Program.Error);

        Array.Fill(broken, float.NaN, 0, 2850 * ActivationSample.D);
        _sample.Npy("broken.npy", broken);
        Assert.Equal(3, await _sample.Sae("train", "--activations", file, "--out", _sample["other"], "--features", "48", "--k", "3"));
        Assert.Contains("(row 0): every batch has a number that is not finite", _sample.Program.Error);
        Assert.False(Directory.Exists(_sample["other"]));
    }

    [Fact]
    public void A_training_that_is_stopped_writes_nothing_and_progress_comes_at_a_human_pace()
    {
        var settings = new SaeTrainSettings { Activations = _sample.File, Out = _sample["new/out"], Features = 48, K = 3, Batch = 64, Threads = 1 };
        var before = Directory.EnumerateFileSystemEntries(_sample.Program.Folder).Order().ToArray();
        using var stop = new CancellationTokenSource();
        var lines = new List<string>();
        var clock = new SteppingClock(TimeSpan.FromSeconds(1));
        var run = new SaeTrainRun(settings, line =>
        {
            lines.Add(line);
            if (lines.Count == 4)
                stop.Cancel();
        }, clock);
        Assert.Throws<OperationCanceledException>(() => run.Run(stop.Token));
        Assert.Equal(before, Directory.EnumerateFileSystemEntries(_sample.Program.Folder).Order());
        // Every look at the clock takes a second, every step six: a line each second step.
        Assert.Matches(@"^step \d+ of 44: ", lines[1]);
        Assert.InRange(Step(lines[2]) - Step(lines[1]), 2, 4);
        Assert.Equal(Step(lines[3]) - Step(lines[2]), Step(lines[2]) - Step(lines[1]));

        static int Step(string line) => int.Parse(line.Split(' ')[1]);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_told_before_training()
    {
        Assert.Equal(3, await _sample.Train("rows.npy/deep/out"));
        Assert.Contains("it cannot be written: ", _sample.Program.Error);
        Assert.Contains("name another folder with --out", _sample.Program.Error);
        Assert.DoesNotContain("to train on", _sample.Program.Error);
        Assert.Equal([_sample.File], Directory.EnumerateFileSystemEntries(_sample.Program.Folder));
    }

    [Fact]
    public void The_folder_is_begun_before_training_and_an_empty_one_gives_way()
    {
        _sample.Program.SubFolder("out");
        var settings = new SaeTrainSettings { Activations = _sample.File, Out = _sample["out"], Features = 48, K = 3, Batch = 64, Steps = 2, Threads = 1 };
        string[]? begun = null;
        new SaeTrainRun(settings, _ => begun ??= [.. Names()], TimeProvider.System).Run(default);
        Assert.Equal([$".tmp-{Environment.ProcessId}-out", "out", "rows.npy"], begun ?? []);
        Assert.Equal(["out", "rows.npy"], Names());
        Assert.Contains("summary.json", Files("out"));

        IEnumerable<string> Names() => Directory.EnumerateFileSystemEntries(_sample.Program.Folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);
    }

    private IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(_sample[folder], "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_sample[folder], f)).Order(StringComparer.Ordinal);

    private sealed class SteppingClock(TimeSpan step) : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks += step.Ticks;
    }
}
