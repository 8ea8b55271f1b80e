using System.Globalization;
using Emergence.Stages.Sae;
using static TorchSharp.torch;

namespace Emergence.Benchmarks.Sae.Workers;

/// <summary>
/// Our side of a <see cref="Worker"/>; sae_reference.py is the other and answers the same commands.
/// <code>
/// begin STEPS BATCH RATE [free]  fresh weights; RATE may be "rule"; "free" leaves the batch to the rule too, BATCH is what is fed at once -> seconds
/// step N                         -> seconds the N steps took
/// run SECONDS                    -> steps and seconds: steps until that much time is over
/// end                            -> seconds the end of training took
/// save FOLDER                    writes the SAE in SAELens's layout
/// memory                         -> greatest resident bytes of this process
/// allocated N                    -> managed bytes per step over N steps, on all threads
/// dead                           -> latents that count as dead
/// </code>
/// </summary>
internal static class SaeWorker
{
    public const string Verb = "sae-worker";

    public static void Run(string[] args, TextReader input, TextWriter output)
    {
        var options = args.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        int Number(string name) => int.Parse(options[name], CultureInfo.InvariantCulture);
        var kind = options["--kind"];
        set_num_threads(Number("--threads"));
        using var batches = new BatchStream(options["--data"]);
        using IContestant contestant = kind == WorkerLauncher.Product
            ? new ProductContestant(batches, Number("--features"))
            : new TrainerContestant(batches, Number("--threads"), new SaeOptions
            {
                Architecture = Enum.Parse<SaeArchitecture>(kind),
                Features = Number("--features"),
                K = Number("--k"),
                Seed = (ulong)Number("--seed"),
            });
        while (input.ReadLine() is { } line)
        {
            try
            {
                var words = line.Split(' ');
                var answer = words[0] switch
                {
                    "begin" => [StepClock.Seconds(() => contestant.Begin(int.Parse(words[1]), int.Parse(words[2]), words[3] == "rule" ? null : double.Parse(words[3]), words is [.., "free"]))],
                    "step" => [StepClock.Seconds(contestant.Step, int.Parse(words[1]))],
                    "run" => StepClock.Run(contestant.Step, double.Parse(words[1])),
                    "end" => [StepClock.Seconds(contestant.End)],
                    "save" => Done(() => contestant.Save(line["save ".Length..])),
                    "memory" => [ResidentMemory.Greatest()],
                    "allocated" => [StepClock.Allocated(contestant.Step, int.Parse(words[1]))],
                    "dead" => [contestant.DeadLatents],
                    _ => throw new NotSupportedException($"command {words[0]}"),
                };
                output.WriteLine($"= {string.Join(' ', answer)}");
            }
            catch (Exception e)
            {
                // Told to the benchmark, which knows what it asked for.
                output.WriteLine($"! {e.GetType().Name} {e.Message.ReplaceLineEndings(" ")}");
            }

            output.Flush();
        }
    }

    private static double[] Done(Action action)
    {
        action();
        return [];
    }
}
