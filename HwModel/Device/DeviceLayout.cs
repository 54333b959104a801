namespace TileProof.HwModel.Device;

/// <summary>Addresses of the runtime, and the words of the file that it shares with its process; <c>runtime/tp.h</c> has the same numbers.</summary>
internal static class DeviceLayout
{
    public const uint BankBase = 0x10000000;
    public const uint BankSpacing = 0x04000000;
    public const uint SystemBase = 0x30000000;
    public const uint SystemVariableBase = 0x6D000000;
    public const uint SystemLimit = 0x6EF00000;
    public const int PageBytes = 4096;
    public const int LineBytes = 128;
    public const uint Magic = 0x54505632;
    public const int EventBytes = 64;
    public const int StackWords = 12;
    public const int LargestMendCount = 32;
    public const int ResultWord = 200;
    public const int ResultWords = 32;

    public const int BankCount = 1;
    public const int BankBytes = 2;
    public const int Poison = 10;
    public const int Landing = 11;
    public const int Seed = 12;
    public const int RingMode = 13;
    public const int RingDepth = 14;
    public const int TimeLimit = 15;
    public const int EventsPage = 16;
    public const int EventCapacity = 17;
    public const int StacksPage = 18;
    public const int StackCapacity = 19;
    public const int TextPage = 20;
    public const int TextBytes = 21;
    public const int CorePage = 22;
    public const int SystemBytes = 23;
    public const int MemoryPage = 24;
    public const int Entry = 25;
    public const int MendCount = 26;
    public const int Mends = 27;
    public const int CacheLine = 91;
    public const int Parameters = 96;

    /// <summary>Among the parameters: the integers of the call's row of the layer table, from the first one that is no text, and the bank sizes of the table. Before a row of a convolution stands whether it has tiles.</summary>
    public const int TableRow = 30;
    public const int TableBanks = 94;
    public const int VariableCount = 192;
    public const int VariablesPage = 193;
    public const int Output = 194;
    public const int OutputBytes = 195;
    public const int SnapshotPage = 196;
    public const int ChannelCount = 197;
    public const int ArrivalsPage = 198;
    public const int ArrivalCount = 199;

    public const int Outcome = 200;
    public const int Status = 201;
    public const int EventCount = 202;
    public const int StackCount = 203;
    public const int TextUsed = 204;
    public const int Fault = 205;
    public const int FaultDetail = 206;
    public const int FaultAddress = 207;
    public const int FaultStack = 208;
    public const int ChecksLow = 209;
    public const int ChecksHigh = 210;
    public const int Outstanding = 211;
    public const int RingUsed = 212;
    public const int Microseconds = 213;
    public const int FaultText = 214;
}
