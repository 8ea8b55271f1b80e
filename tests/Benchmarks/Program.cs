using Emergence.Benchmarks.Curves;
using Emergence.Benchmarks.Load;
using Emergence.Benchmarks.Sae;
using Emergence.Benchmarks.Sae.Workers;

// One line per benchmark: its name, then what runs it.
switch (args.FirstOrDefault())
{
    case "curves":
        CurvesBenchmark.Run(args[1..], Console.Out);
        return 0;
    case "load":
        LoadBenchmark.Run(Console.Out);
        return 0;
    case "sae":
        return SaeBenchmark.Run(args[1..], Console.Out);
    case SaeWorker.Verb:
        SaeWorker.Run(args[1..], Console.In, Console.Out);
        return 0;
    default:
        Console.Error.WriteLine("usage: Benchmarks NAME [OPTIONS]; names: curves, load, sae");
        return 2;
}
