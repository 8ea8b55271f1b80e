using Emergence.Benchmarks.Arrow;
using Emergence.Benchmarks.Capture;
using Emergence.Benchmarks.Compilation;
using Emergence.Benchmarks.Curves;
using Emergence.Benchmarks.Kafka;
using Emergence.Benchmarks.Load;
using Emergence.Benchmarks.Sae;
using Emergence.Benchmarks.Sae.Workers;
using Emergence.Benchmarks.Sharing;
using Emergence.Benchmarks.Tokens;

// One line per benchmark: its name, then what runs it.
switch (args.FirstOrDefault())
{
    case "arrow":
        ArrowBenchmark.Run(args[1..], Console.Out);
        return 0;
    case "curves":
        CurvesBenchmark.Run(args[1..], Console.Out);
        return 0;
    case "capture":
        return CaptureBenchmark.Run(args[1..], Console.Out);
    case CaptureWorker.Verb:
        CaptureWorker.Run(args[1..], Console.In, Console.Out);
        return 0;
    case "compilation":
        return CompilationBenchmark.Run(args[1..], Console.Out);
    case "kafka":
        return await KafkaBenchmark.RunAsync(args[1..], Console.Out);
    case "load":
        LoadBenchmark.Run(Console.Out);
        return 0;
    case "sae":
        return SaeBenchmark.Run(args[1..], Console.Out);
    case SaeWorker.Verb:
        SaeWorker.Run(args[1..], Console.In, Console.Out);
        return 0;
    case "tokenizer":
        return TokenizerBenchmark.Run(args[1..], Console.Out);
    case "workers":
        return SharingBenchmark.Run(args[1..], Console.Out);
    default:
        Console.Error.WriteLine("usage: Benchmarks NAME [OPTIONS]; names: arrow, capture, compilation, curves, kafka, load, sae, tokenizer, workers");
        return 2;
}
