using Emergence.Stages.Firing;
using Emergence.Stages.Sae;
using Emergence.TestKit.Sae;

namespace Emergence.Benchmarks.Sae.Warm;

/// <summary>
/// A network that moved on: every planted direction turned by an angle. The SAE of before, as it is and after a warm start with a
/// twentieth of the tokens, against a fresh one with all of them; and how many latents still mean what they meant.
/// </summary>
internal static class WarmStartTable
{
    private const int D = 64;
    private const int Features = 512;
    private const int K = 8;
    private const int HeldOut = 8192;
    private static readonly double[] Angles = [0, 5, 10, 15, 20, 30];
    private static readonly double[] Divisors = [2, 3, 5, 10, 20];

    public static void Print(SaeBenchmarkOptions options, TextWriter output)
    {
        var tokens = options.Quick ? 60_000 : 400_000;
        var warmTokens = tokens / SaeDefaults.WarmTokensDivisor;
        var before = new PlantedDictionary(D, Features, K, options.Seed);
        foreach (var architecture in Enum.GetValues<SaeArchitecture>().Where(a => options.Includes($"{a}")))
        {
            var shape = new SaeOptions { Architecture = architecture, Features = Features, K = K, Seed = (ulong)options.Seed };
            output.WriteLine($"\nwarm start, {architecture}, d {D}, F {Features}, k {K}: {tokens} tokens cold, {warmTokens} warm; kept: cosine with itself at least 0.7; same: best latent of the directions it had found");
            output.WriteLine("angle   divisor   FVU cold   before    after   share of the way   kept    same");
            var state = new MemoryStream();
            using (var trainer = new SaeTrainer(shape, D, options.Threads))
            {
                Train(trainer, before, tokens, seed: 1);
                trainer.SaveState(state);
            }

            foreach (var angle in Angles)
            {
                Angle(before, before.Rotated(angle, options.Seed + 1), angle, shape, state.ToArray(), tokens, warmTokens, options.Threads, output);
            }
        }
    }

    private static void Angle(PlantedDictionary before, PlantedDictionary after, double angle, SaeOptions shape, byte[] state, int tokens, int warmTokens, int threads, TextWriter output)
    {
        using var fresh = new SaeTrainer(shape, D, threads);
        Train(fresh, after, tokens, seed: 2);
        var cold = Fvu(fresh, after);
        foreach (var divisor in Divisors)
        {
            using var trainer = new SaeTrainer(shape with { WarmLearningRateDivisor = divisor }, D, threads);
            trainer.LoadState(new MemoryStream(state), "state");
            var directions = trainer.DecoderDirections();
            var stale = Fvu(trainer, after);
            Train(trainer, after, warmTokens, seed: 3);
            var warm = Fvu(trainer, after);
            var moved = trainer.DecoderDirections();
            var identities = Identities.Of(directions, moved, D, before, after);
            var way = stale - cold > 0.01 ? $"{(stale - warm) / (stale - cold):P0}" : "";
            output.WriteLine($"{angle,4}° {divisor,9} {cold,10:0.000} {stale,8:0.000} {warm,8:0.000} {way,18} {identities.Kept,6:P1} {identities.Same,7:P1}");
        }
    }

    private static void Train(SaeTrainer trainer, PlantedDictionary dictionary, int tokens, int seed)
    {
        const int Part = 4096;
        trainer.BeginCheckpoint(tokens);
        for (var done = 0; done < tokens; done += Part)
        {
            trainer.Step(Rows(dictionary, Math.Min(Part, tokens - done), seed, done));
        }

        trainer.EndTraining();
    }

    private static double Fvu(SaeTrainer trainer, PlantedDictionary dictionary)
    {
        var sums = new ReconstructionSums(trainer.Dimension, trainer.Features);
        trainer.Encode(Rows(dictionary, HeldOut, seed: 777, block: 0), new TokenFirings(), sums);
        return sums.Fvu;
    }

    private static float[] Rows(PlantedDictionary dictionary, int count, int seed, int block)
    {
        var values = new float[count * dictionary.Dimension];
        dictionary.Fill(values, seed, block);
        return values;
    }
}
