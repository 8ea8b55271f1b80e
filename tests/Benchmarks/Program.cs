using Emergence.Benchmarks.Curves;

// One line per benchmark: its name, then what runs it.
switch (args.FirstOrDefault())
{
    case "curves":
        CurvesBenchmark.Run(args[1..], Console.Out);
        return 0;
    default:
        Console.Error.WriteLine("usage: Benchmarks NAME [OPTIONS]; names: curves");
        return 2;
}
