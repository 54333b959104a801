using TileProof.HwModel.Execution;
using TileProof.HwModel.Planning;
using TileProof.Operators.Calls;
using TileProof.Verification.Conformance;
using TileProof.Verification.Cycles;
using TileProof.Verification.Options;

namespace TileProof.Verification.Html;

/// <summary>Bank maps of all tiled convolutions and poolings, and timelines of the dearest ones and of those that break rules. Calls of one layer key share them.</summary>
internal sealed class CallPictures
{
    /// <summary>Layers of each network that have a timeline at every bank setting.</summary>
    public const int DearestLayers = 6;

    /// <summary>Timelines of layers that break rules, over all networks: one or more for each cause.</summary>
    public const int MostHazardTimelines = 24;

    private readonly Dictionary<(string Network, string Key, string Bank), Layer> layers;

    private CallPictures(Dictionary<(string Network, string Key, string Bank), Layer> layers) => this.layers = layers;

    /// <summary>Every layer with pictures, in the order of the run.</summary>
    public IEnumerable<Layer> All => layers.Values;

    /// <summary>The pictures of a call; null where it has none.</summary>
    public Layer? Of(string network, OperatorCall call, BankSetting bank) => layers.GetValueOrDefault((network, call.LayerKey, bank.Label));

    /// <summary>Shows the programs to observers and draws what they saw.</summary>
    public static CallPictures Draw(ConformanceOutcome outcome, IReadOnlyList<NetworkCycles> cycles, IReadOnlyList<HazardGroup> hazards, CancellationToken cancellation)
    {
        var layers = new Dictionary<(string Network, string Key, string Bank), Layer>();
        foreach (CaseResult result in outcome.Cases)
        {
            (GoldenCall golden, BankSetting bank) = (result.Case.Golden, result.Case.Bank);
            bool isTiled = golden.Call is Conv2dCall or MaxPool2dCall && !bank.CacheOnly && result.Execution is { Path: OperatorPath.Dma };
            if (isTiled)
            {
                layers.TryAdd((golden.Network, golden.Call.LayerKey, bank.Label), new Layer(golden.Network, golden.Call, bank, result.Execution!.Tiling));
            }
        }

        HashSet<(string, string, string)> shown = [.. Dearest(cycles, layers.Values), .. Hazardous(hazards)];
        Dictionary<BankSetting, PreparedPrograms> programs = layers.Values.Select(static layer => layer.Bank).Distinct().ToDictionary(
            static bank => bank,
            bank => new ProgramSetting(bank, outcome.Options.Programs, outcome.Options.PlansFor(bank), outcome.Options.Derivation).Prepare());
        KeyValuePair<(string Network, string Key, string Bank), Layer>[] all = [.. layers];
        Workers.ForEach(
            all.Length,
            index => all[index].Value.Call.MultiplyAccumulates,
            index =>
            {
                Layer layer = all[index].Value;
                var trace = CallTrace.Walk(programs[layer.Bank], layer.Call, layer.Bank, LayerBars.Mode);
                layer.Map = BankMap.Draw(trace.Buffers, layer.Bank.Banks);
                if (shown.Contains(all[index].Key))
                {
                    layer.Cycles = trace.Timeline.NowCycles;
                    layer.Timeline = TimelinePicture.Draw(
                        trace.Timeline,
                        trace.Occupancy,
                        trace.Instants,
                        layer.Bank.Banks,
                        instant => hazards.Index().Where(group => group.Item.Holds(instant.Detail)).Select(static group => PagePlaces.Hazards(group.Index)).FirstOrDefault());
                }
            },
            cancellation);
        return new CallPictures(layers);
    }

    private static IEnumerable<(string Network, string Key, string Bank)> Dearest(IReadOnlyList<NetworkCycles> cycles, IReadOnlyCollection<Layer> layers)
    {
        foreach (NetworkCycles network in cycles)
        {
            HashSet<string> keys = [.. layers.Where(layer => layer.Network == network.Network).Select(static layer => layer.Call.LayerKey)];
            string[] dearest =
            [
                .. network.Rows.Where(row => row.MachineMode == ChoiceList.NameOf(LayerBars.Mode) && keys.Contains(row.ConfigKey))
                    .GroupBy(static row => row.ConfigKey)
                    .OrderByDescending(static layer => layer.Sum(static row => row.PredictedCycles))
                    .Take(DearestLayers)
                    .Select(static layer => layer.Key),
            ];
            foreach (BankSetting bank in network.Banks)
            {
                foreach (string key in dearest)
                {
                    yield return (network.Network, key, bank.Label);
                }
            }
        }
    }

    private static IEnumerable<(string Network, string Key, string Bank)> Hazardous(IReadOnlyList<HazardGroup> hazards) => hazards
        .SelectMany(static group => group.Found.Index())
        .OrderBy(static found => found.Index)
        .Select(static found => (found.Item.Network, found.Item.Layer, found.Item.Bank))
        .Distinct()
        .Take(MostHazardTimelines);

    /// <summary>A layer at a bank setting.</summary>
    /// <param name="network">The network.</param>
    /// <param name="call">Its first call of the layer.</param>
    /// <param name="bank">The bank setting.</param>
    /// <param name="plan">Its tiles.</param>
    internal sealed class Layer(string network, OperatorCall call, BankSetting bank, string plan)
    {
        public string Network => network;

        public OperatorCall Call => call;

        public BankSetting Bank => bank;

        public string Plan => plan;

        public double Cycles { get; set; }

        public HtmlText? Map { get; set; }

        public HtmlText? Timeline { get; set; }
    }
}
