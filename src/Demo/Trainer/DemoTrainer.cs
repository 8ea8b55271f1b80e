using System.Globalization;
using System.Security.Cryptography;
using Emergence.Stages.Input;
using Emergence.Stages.Models;
using Emergence.Stages.Tokens;
using static TorchSharp.torch;

namespace Emergence.Demo.Trainer;

/// <summary>
/// Trains the demo's language model and leaves a checkpoint at each step of <see cref="CheckpointSteps"/>. Killed at any
/// moment and started again with the same options, it goes on, writes the checkpoints that are missing, leaves those that
/// are there, and ends with the same weights bit for bit (for the same number of threads).
/// </summary>
public static class DemoTrainer
{
    /// <summary>Time between two tries to hold a folder that another trainer still holds.</summary>
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(100);

    /// <summary>Trains to the last step. Returns at once when the folder holds a finished training.</summary>
    /// <param name="options">What and how.</param>
    /// <param name="progress">Told before the first step and after every one, from the calling thread.</param>
    /// <param name="cancellation">Stops after the step in work; the state is saved, so nothing is lost.</param>
    /// <param name="clock">Measures seconds; null for the system's.</param>
    /// <exception cref="ArgumentException">The options are wrong; every problem is listed.</exception>
    /// <exception cref="BadInputException">Text or tokenizer are broken, or the folder belongs to another or a running training.</exception>
    /// <exception cref="IOException">A checkpoint cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static void Run(TrainerOptions options, Action<TrainerProgress> progress, CancellationToken cancellation, TimeProvider? clock = null)
    {
        var problems = options.Problems();
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", problems), nameof(options));
        }

        set_num_threads(options.Threads);
        var tokenizer = TokenizerFile.Load(options.Tokenizer);
        var documents = TrainingText.Read(options.Text, tokenizer);
        var stream = new TrainingStream(documents, (ulong)options.Seed);
        var config = options.Model(tokenizer.VocabularySize);
        var identity = Identity(options, config);

        var stateFolder = TrainerState.FolderOf(options.Folder);
        Directory.CreateDirectory(stateFolder);
        using var held = Hold(stateFolder, options.Patience, cancellation);
        RemoveLeftovers(options.Folder);

        var saved = TrainerState.Load(stateFolder, config, identity);
        if (saved is null)
        {
            RefuseForeignCheckpoints(options.Folder);
        }

        using var run = saved is null ? TrainingRun.Begin(options, stream, config) : TrainingRun.Continue(options, stream, config, saved);
        Loop(run, new Place(options, stateFolder, config, identity), progress, clock ?? TimeProvider.System, saved is null, cancellation);
    }

    /// <summary>Folder of a step's checkpoint.</summary>
    /// <param name="folder">The training's folder.</param>
    /// <param name="step">The step.</param>
    public static string CheckpointFolderOf(string folder, long step) => Path.Combine(folder, $"step{step.ToString(CultureInfo.InvariantCulture)}");

    private static void Loop(TrainingRun run, Place place, Action<TrainerProgress> progress, TimeProvider clock, bool fresh, CancellationToken cancellation)
    {
        var options = place.Options;
        var tokenizer = File.ReadAllBytes(options.Tokenizer);
        var start = clock.GetTimestamp();
        var tokensBefore = run.TokensSeen;
        var unsaved = fresh;
        while (true)
        {
            var here = clock.GetElapsedTime(start).TotalSeconds;
            var seconds = run.SecondsBefore + here;
            string? written = null;
            if (CheckpointSteps.Contains(run.Step, options.Steps))
            {
                // The state first: a start after a kill between the two finds the step and writes its checkpoint.
                if (unsaved)
                {
                    run.State(seconds).Save(place.StateFolder, place.Config, place.Identity);
                    unsaved = false;
                }

                var folder = CheckpointFolderOf(options.Folder, run.Step);
                if (!Directory.Exists(folder))
                {
                    run.WriteCheckpoint(folder, tokenizer, seconds);
                    written = folder;
                }
            }

            progress(new TrainerProgress(run.Step, options.Steps, run.TokensSeen, run.Loss, here > 0 ? (run.TokensSeen - tokensBefore) / here : 0, written));
            if (run.Step >= options.Steps)
            {
                return;
            }

            if (cancellation.IsCancellationRequested)
            {
                if (unsaved)
                {
                    run.State(seconds).Save(place.StateFolder, place.Config, place.Identity);
                }

                cancellation.ThrowIfCancellationRequested();
            }

            run.Advance();
            unsaved = true;
        }
    }

    /// <summary>Everything that decides the weights, by name.</summary>
    private static Dictionary<string, string> Identity(TrainerOptions options, ModelConfig config) => new()
    {
        ["model"] = config.Fingerprint,
        ["steps"] = options.Steps.ToString(CultureInfo.InvariantCulture),
        ["batch_rows"] = options.BatchRows.ToString(CultureInfo.InvariantCulture),
        ["learning_rate"] = options.LearningRate.ToString("R", CultureInfo.InvariantCulture),
        ["warmup_steps"] = options.WarmupSteps.ToString(CultureInfo.InvariantCulture),
        ["weight_decay"] = options.WeightDecay.ToString("R", CultureInfo.InvariantCulture),
        ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
        ["text"] = Hash(options.Text),
        ["tokenizer"] = Hash(options.Tokenizer),
    };

    private static string Hash(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Holds the folder against a second trainer for as long as the stream is open; the system lets go when the process dies.</summary>
    private static FileStream Hold(string stateFolder, TimeSpan patience, CancellationToken cancellation)
    {
        var path = Path.Combine(stateFolder, "lock");
        var attempts = (int)(patience / LockPoll);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e)
            {
                if (attempts-- <= 0)
                {
                    throw new BadInputException(path, "", "another trainer works in this folder", "Wait for it, stop it, or choose another folder", e);
                }
            }

            cancellation.WaitHandle.WaitOne(LockPoll);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Removes what a killed start was writing.</summary>
    private static void RemoveLeftovers(string folder)
    {
        foreach (var leftover in Directory.GetDirectories(folder, ".tmp-*-step*"))
        {
            Directory.Delete(leftover, recursive: true);
        }
    }

    private static void RefuseForeignCheckpoints(string folder)
    {
        if (Directory.GetDirectories(folder, "step*") is [var found, ..])
        {
            throw new BadInputException(folder, Path.GetFileName(found), "there are checkpoints, but no state of the training they came from", "Choose an empty folder");
        }
    }

    /// <summary>Where a training keeps its things and what they are called by.</summary>
    private sealed record Place(TrainerOptions Options, string StateFolder, ModelConfig Config, IReadOnlyDictionary<string, string> Identity);
}
