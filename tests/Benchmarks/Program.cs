using Emergence.Benchmarks.Curves;
using Emergence.Benchmarks.Sae;

// One line per benchmark: its name, then what runs it.
switch (args.FirstOrDefault())
{
    case "curves":
        CurvesBenchmark.Run(args[1..], Console.Out);
        return 0;
    case "sae":
        SaeBenchmark.Run(args[1..], Console.Out);
        return 0;
    default:
        Console.Error.WriteLine("usage: Benchmarks NAME [OPTIONS]; names: curves, sae");
        return 2;
}
