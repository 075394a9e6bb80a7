"""Entry: gates with a guard round the clock, and what passes through them, counted without names: passages, vehicles, paper pages, hand-overs.

Words: post (a gate, a checkpoint, the door of a venue), turn (a guard's planned hours), passage, vehicle, page of the paper register, hand-over.
Says: PostSetUp, PostClosed, TurnPlanned, TurnDropped, PassageNoted, WayRefused, VehicleNoted, PaperPageEntered, PostHandedOver. Needs: places, workforce, policies.
Nothing here names a person or a number plate. What a gate answers is judged elsewhere (codes); the way home, an emergency and a fire exit are never refused.
"""
